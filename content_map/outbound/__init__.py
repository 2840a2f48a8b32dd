"""What leaves the product and asks the outside: pages behind links, and mail."""
