"""What lessons take apart: a leaking label, planted mistakes, and a clinic that prices them."""
