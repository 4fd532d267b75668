-- How far the keeper has read what chains say of nodes, so that a round costs what is new and not what there is.
set lock_timeout = '10s';

create table sanction_feed (
    chain_id   bigint      primary key constraint sanction_feed_chain_positive check (chain_id > 0),
    -- of the chain's reading: another one begins at its first block
    generation integer     not null constraint sanction_feed_generation_positive check (generation > 0),
    -- what final blocks before it say was followed
    next_block bigint      not null constraint sanction_feed_next_block_natural check (next_block >= 0),
    -- nodes that changed before were compared with who is ejected
    nodes_at   timestamptz not null
) with (fillfactor = 50);
