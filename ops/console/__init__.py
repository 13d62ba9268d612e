"""The operations page: depths, ages and signs of life, and what is parked."""
