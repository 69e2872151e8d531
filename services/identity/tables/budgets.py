"""What guesses, codes and unknown addresses may still cost."""
