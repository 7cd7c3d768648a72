"""Speed and memory of the city, each against a peer or a limit that is measured in the same run."""
