"""What perf/compare and perf/inputs are made of: it measures commands from outside, and knows nothing of what is inside."""
