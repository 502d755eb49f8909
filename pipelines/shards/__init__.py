"""Tables of any size: cut into shards, redacted shard by shard in little memory, put together once all are done."""
