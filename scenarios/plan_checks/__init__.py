"""The checks of a plan folder, one concern a file; `scenarios.plan_check.faults_of` runs them all."""
