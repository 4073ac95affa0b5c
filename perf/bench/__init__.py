"""What perf/compare is made of: it measures commands from outside, and knows nothing of the library's inside."""
