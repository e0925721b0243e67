// Tests of Alerting.
