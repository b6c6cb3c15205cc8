"""Teaching aids for the notebooks: doctor, exercise checks, quiz, editions."""
