"""Calibration: the base-year fit of a plan's city, handed down to `scenarios` as artefact files.

    renshe calibrate xuzhou

For each draw from the declared ranges the base year is lived once more on a throw-away city, and the few declared intercepts are set so
that its published figures come out. Nothing of a plan but its baseline is read.
"""
