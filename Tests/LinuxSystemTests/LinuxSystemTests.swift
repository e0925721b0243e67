// Tests of LinuxSystem.
