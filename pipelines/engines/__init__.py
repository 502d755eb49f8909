"""Who does the work: processes of this machine, or Spark. Two verbs: map shards, count codes."""
