"""What a process of the product does to itself, told by one variable; the product has no line."""
