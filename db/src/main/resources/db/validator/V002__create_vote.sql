-- What this validator said of nodes on its chain: once that one is good, and once, for good, that one is not.
set lock_timeout = '10s';

create table vote (
    node    text        primary key constraint vote_node_form check (node ~ '^0x[0-9a-f]{40}$'),
    -- of the attestation that it follows from
    seq     bigint      not null,
    verdict text        not null constraint vote_verdict check (verdict in ('VALID', 'INVALID')),
    cast_at timestamptz not null
);
create index attestation_conclusive on attestation (seq) where published_at is not null and verdict <> 'INCONCLUSIVE';
