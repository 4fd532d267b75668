-- The chain gateway: what is asked of chains, what was signed for it, and what chains say has happened.
set lock_timeout = '10s';

create domain chain_address as text constraint chain_address_form check (value ~ '^0x[0-9a-f]{40}$');
create domain chain_hash as text constraint chain_hash_form check (value ~ '^0x[0-9a-f]{64}$');
create domain wei as numeric(78, 0) constraint wei_range check (value >= 0 and value < power(2::numeric, 256));

-- One instance at a time reads a chain, and one sends with a key. The token grows whenever the holder changes.
create table chain_lease (
    chain_id   bigint not null,
    subject    text not null constraint chain_lease_subject check (subject ~ '^(index|send 0x[0-9a-f]{40})$'),
    holder     uuid not null,
    token      bigint not null default 1 constraint chain_lease_token check (token > 0),
    expires_at timestamptz not null,
    primary key (chain_id, subject)
);

-- How far a chain was read. Blocks from first_block to next_block - 1 were; what is final stays so.
create table chain (
    chain_id    bigint primary key constraint chain_id_positive check (chain_id > 0),
    generation  integer not null default 1 constraint chain_generation_positive check (generation > 0),
    first_block bigint not null constraint chain_first_block_natural check (first_block >= 0),
    next_block  bigint not null,
    head        bigint,
    finalised   bigint,
    halted      text constraint chain_halted_given check (length(halted) between 1 and 1000),
    seen_at     timestamptz,
    constraint chain_read_forward check (next_block >= first_block)
);

-- The newest blocks that were read, to see whether the chain still has them.
create table chain_block (
    chain_id bigint not null,
    number   bigint not null,
    hash     chain_hash not null,
    at       timestamptz not null,
    primary key (chain_id, number)
);

create table chain_event (
    chain_id         bigint not null,
    block            bigint not null,
    log_index        integer not null,
    block_hash       chain_hash not null,
    transaction_hash chain_hash not null,
    address          chain_address not null,
    topics           bytea not null constraint chain_event_topics_whole
        check (octet_length(topics) % 32 = 0 and octet_length(topics) <= 128),
    data             bytea not null,
    primary key (chain_id, block, log_index)
);

-- What the events add up to, one row for each change: undoing a block is deleting its rows. The newest row counts.
create table chain_state (
    chain_id  bigint not null,
    kind      text not null,
    key       text not null,
    block     bigint not null,
    log_index integer not null,
    body      text not null,
    primary key (chain_id, kind, key, block, log_index)
);
create index chain_state_of_block on chain_state (chain_id, block);

-- A key's next nonce, known from its first use on, and how many of its transactions are final.
create table chain_sender (
    chain_id   bigint not null,
    address    chain_address not null,
    next_nonce bigint,
    settled    bigint not null default 0 constraint chain_sender_settled_natural check (settled >= 0),
    fault      text constraint chain_sender_fault_given check (length(fault) between 1 and 1000),
    primary key (chain_id, address),
    constraint chain_sender_settled_were_given check (coalesce(settled <= next_nonce, settled = 0))
);

-- A purpose is asked for once; it has one nonce, however often its transaction is signed anew with higher fees.
create table chain_transaction (
    id          uuid primary key,
    chain_id    bigint not null,
    sender      chain_address not null,
    purpose     text not null constraint chain_transaction_purpose_given check (length(purpose) between 1 and 200),
    target      chain_address,
    value       wei not null,
    data        bytea not null constraint chain_transaction_data_bounds check (octet_length(data) <= 131072),
    state       text not null default 'ASKED' constraint chain_transaction_state
        check (state in ('ASKED', 'SIGNED', 'MINED', 'DONE', 'REVERTED', 'REFUSED', 'LOST')),
    nonce       bigint,
    tries       integer not null default 0 constraint chain_transaction_tries_natural check (tries >= 0),
    due_at      timestamptz not null default now(),
    block       bigint,
    block_hash  chain_hash,
    mined_hash  chain_hash,
    succeeded   boolean,
    gas_used    bigint,
    contract    chain_address,
    error_code  text,
    error       text constraint chain_transaction_error_length check (length(error) <= 1000),
    created_at  timestamptz not null default now(),
    changed_at  timestamptz not null default now(),
    constraint chain_transaction_once unique (chain_id, purpose),
    constraint chain_transaction_nonce_once unique (chain_id, sender, nonce),
    constraint chain_transaction_nonce_with_signature check ((nonce is null) = (state in ('ASKED', 'REFUSED'))),
    constraint chain_transaction_block_when_mined check (
        (state in ('MINED', 'DONE', 'REVERTED')) = (block is not null and block_hash is not null
            and mined_hash is not null and succeeded is not null and gas_used is not null)),
    constraint chain_transaction_end_as_mined check (
        (state <> 'DONE' or succeeded) and (state <> 'REVERTED' or not succeeded)),
    constraint chain_transaction_stuck_says_why check (state not in ('REVERTED', 'REFUSED', 'LOST') or error is not null)
);
create index chain_transaction_asked on chain_transaction (chain_id, sender, due_at) where state = 'ASKED';
create index chain_transaction_open on chain_transaction (chain_id, sender, nonce) where state in ('SIGNED', 'MINED');
create index chain_transaction_stuck on chain_transaction (chain_id, id) where state in ('REVERTED', 'REFUSED', 'LOST');

-- Each signature of a transaction, written before a node sees it. Of those with one nonce a chain takes one.
create table chain_attempt (
    transaction_id uuid not null references chain_transaction,
    seq            integer not null constraint chain_attempt_seq_positive check (seq > 0),
    nonce          bigint not null,
    hash           chain_hash not null constraint chain_attempt_hash_once unique,
    raw            bytea not null,
    gas_limit      bigint not null,
    max_fee        wei not null,
    tip            wei not null,
    signed_at      timestamptz not null default now(),
    sent_at        timestamptz,
    answer         text constraint chain_attempt_answer_length check (length(answer) <= 1000),
    primary key (transaction_id, seq),
    constraint chain_attempt_tip_within_fee check (tip <= max_fee)
);
