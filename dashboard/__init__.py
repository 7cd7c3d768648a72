"""The cockpit: what a planner sees. Pages, pure figure builders, a job table and its worker."""
