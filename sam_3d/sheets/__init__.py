"""Front and back depth of an object, and the closed surface between them."""
