"""Taking what other systems send by themselves, when their signature is right."""
