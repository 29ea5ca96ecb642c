"""What nets for face and hands add to a fitted body: where the head and the eyes look, and bent fingers."""
