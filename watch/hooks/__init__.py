"""Who is told that a job has ended, and how."""
