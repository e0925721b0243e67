// Tests of LeakWatchDaemon.
