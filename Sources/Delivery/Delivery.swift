// Notifications to sinks.
