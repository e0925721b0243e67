// Tests of WatchConfiguration.
