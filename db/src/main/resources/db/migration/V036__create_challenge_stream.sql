-- What the coordinator sends a node over its line for a validator, and when. Whoever has a stream's key can make the stream: the node is told it
-- with the question. What nodes were sent is counted by these rows, so they stay for a day at least.
set lock_timeout = '10s';

create table challenge_stream (
    challenge_id uuid          primary key references challenge on delete cascade,
    address      chain_address not null,
    key          text          not null constraint challenge_stream_key_form check (key ~ '^[0-9a-f]{64}$'),
    mib          integer       not null constraint challenge_stream_mib check (mib between 1 and 64),
    made_at      timestamptz   not null default now(),
    -- how often the node fetched it, or began to
    fetches      integer       not null default 0 constraint challenge_stream_fetches check (fetches between 0 and 3),
    -- the first time
    begun_at     timestamptz,
    -- when the node was first shown its question
    told_at      timestamptz,
    constraint challenge_stream_begun_is_fetched check ((fetches = 0) = (begun_at is null)),
    constraint challenge_stream_told_is_begun check (told_at is null or begun_at is not null)
);
create index challenge_stream_of_node on challenge_stream (address, made_at);
