"""What the studio can do: one file a task, each with its options, formats and road."""
