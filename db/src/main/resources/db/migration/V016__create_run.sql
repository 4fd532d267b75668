-- Runs of buyers on chains, their nodes, and how these are invited; the registry's facts follow the chain by themselves.
set lock_timeout = '10s';

-- How often a chain took blocks back: whoever follows it incrementally begins again then.
alter table chain add column rewinds bigint not null default 0 constraint chain_rewinds_natural check (rewinds >= 0);

-- More is read from events than before (the parameters of stake, what a slash takes of it): all is read again.
delete from chain_event where chain_id in (select chain_id from chain where halted is null);
delete from chain_state where chain_id in (select chain_id from chain where halted is null);
delete from chain_block where chain_id in (select chain_id from chain where halted is null);
update chain set generation = generation + 1, next_block = first_block, finalised = null where halted is null;

-- Up to where the registry has what the chain says.
create table discovery_feed (
    chain      bigint  primary key constraint discovery_feed_chain_positive check (chain > 0),
    generation integer not null,
    rewinds    bigint  not null,
    next_block bigint  not null
);

-- A chain knows addresses; a key is known once its owner has signed something. Runs of a chain have their number there.
alter table discovery_run
    alter column manager_key drop not null,
    add column number bigint constraint discovery_run_number_positive check (number > 0),
    add column ends_at timestamptz,
    add column state text constraint discovery_run_state check (state in ('created', 'started', 'ended')),
    add column max_nodes bigint constraint discovery_run_max_nodes_natural check (max_nodes >= 0),
    add column discovery_uri text;
create index discovery_run_of_uri on discovery_run (chain, discovery_uri) where discovery_uri is not null;
create unique index discovery_run_number_once on discovery_run (chain, number);
create index discovery_run_ending on discovery_run (chain, ends_at) where open and ends_at is not null;
create index discovery_run_unknown_manager on discovery_run (chain, manager) where manager_key is null;
create index discovery_run_unknown_owner on discovery_run (chain, owner) where owner_key is null;
alter table discovery_validator alter column public_key drop not null;
alter table discovery_provider add column standing text constraint discovery_provider_standing
    check (standing in ('UNKNOWN', 'NOT_WHITELISTED', 'UNDERSTAKED', 'GOOD', 'BLACKLISTED'));
-- the number of the run that the chain has the node in
alter table discovery_chain_node add column placed bigint constraint discovery_chain_node_placed_positive check (placed > 0);
create index discovery_chain_node_placed on discovery_chain_node (chain, placed) where placed is not null;

-- The node key's address, as its miner says it: it counts for nothing until that key has signed.
alter table node add column node_address text generated always as (lower(capabilities ->> 'node_address')) stored;
create index node_of_address on node (node_address) where node_address is not null;

-- A buyer's run. Its number is the chain's, known once the chain has a run as it was asked for. Amounts are minor units.
create table run (
    id              uuid          primary key,
    account_id      uuid          not null references account,
    name            text          not null constraint run_name_length check (length(name) between 1 and 100),
    chain_id        bigint        not null constraint run_chain_positive check (chain_id > 0),
    number          bigint        constraint run_number_positive check (number > 0),
    owner           chain_address not null,
    manager         chain_address not null,
    requirements    text          not null constraint run_requirements_length check (length(requirements) <= 4000),
    discovery_uri   text          not null constraint run_discovery_uri_length check (length(discovery_uri) between 1 and 512),
    max_nodes       bigint        not null constraint run_max_nodes_range check (max_nodes between 1 and 4294967295),
    max_units       bigint        not null constraint run_max_units_positive check (max_units > 0),
    ends_at         timestamptz   not null,
    budget          numeric(38,0) not null default 0 constraint run_budget_natural check (budget >= 0),
    state           text          not null default 'CREATING'
                    constraint run_state check (state in ('CREATING', 'PENDING', 'OPEN', 'ENDED')),
    -- asked to be reserved, entered into the ledger, released to the funds of rewards, given back after the end
    escrow_reserved numeric(38,0) not null default 0 constraint run_escrow_reserved_natural check (escrow_reserved >= 0),
    escrow_credited numeric(38,0) not null default 0 constraint run_escrow_credited_natural check (escrow_credited >= 0),
    escrow_released numeric(38,0) not null default 0 constraint run_escrow_released_natural check (escrow_released >= 0),
    escrow_returned numeric(38,0) not null default 0 constraint run_escrow_returned_natural check (escrow_returned >= 0),
    next_invite     bigint        not null default 1 constraint run_next_invite_positive check (next_invite > 0),
    created_at      timestamptz   not null default now(),
    changed_at      timestamptz   not null default now(),
    constraint run_number_once unique (chain_id, number),
    constraint run_on_chain_has_number check (state in ('CREATING', 'ENDED') or number is not null),
    constraint run_was_reserved_when_credited check (escrow_credited <= escrow_reserved)
);
create index run_of_account on run (account_id, id);
create index run_going on run (chain_id, id) where state <> 'ENDED';

-- A node of a run. node_id is the machine whose miner has shown that it has the node's key.
create table run_node (
    run_id   uuid          not null references run,
    address  chain_address not null,
    provider chain_address not null,
    state    text          not null constraint run_node_state check (state in ('DISCOVERED', 'WAITING_FOR_HEARTBEAT',
                           'HEALTHY', 'UNHEALTHY', 'DEAD', 'EJECTED', 'BANNED', 'LOW_BALANCE')),
    reason   text          not null constraint run_node_reason_length check (length(reason) between 1 and 100),
    since    timestamptz   not null default now(),
    seq      integer       not null default 1 constraint run_node_seq_positive check (seq > 0),
    node_id  uuid          references node,
    primary key (run_id, address)
);
create index run_node_of_node on run_node (node_id) where node_id is not null;

-- Every change of a node's state and why.
create table run_node_event (
    run_id  uuid          not null,
    address chain_address not null,
    seq     integer       not null,
    state   text          not null,
    reason  text          not null,
    at      timestamptz   not null default now(),
    primary key (run_id, address, seq),
    constraint run_node_event_node_fkey foreign key (run_id, address) references run_node
);
create trigger run_node_event_append_only before update or delete on run_node_event
    for each row execute function refuse_change();

-- An offer to a node, signed by the run's manager, and the node's word once it took it.
create table invite (
    id         uuid          primary key,
    run_id     uuid          not null,
    address    chain_address not null,
    number     bigint        not null constraint invite_number_positive check (number > 0),
    nonce      bigint        not null constraint invite_nonce_positive check (nonce > 0),
    expires_at timestamptz   not null,
    signature  text          not null constraint invite_signature_form check (signature ~ '^0x[0-9a-f]{130}$'),
    acceptance text          constraint invite_acceptance_form check (acceptance ~ '^0x[0-9a-f]{130}$'),
    state      text          not null default 'OPEN' constraint invite_state check (state in ('OPEN', 'TAKEN', 'OVER')),
    created_at timestamptz   not null default now(),
    constraint invite_nonce_once unique (run_id, nonce),
    constraint invite_taken_with_word check (state <> 'TAKEN' or acceptance is not null),
    constraint invite_node_fkey foreign key (run_id, address) references run_node
);
create unique index invite_live_once on invite (run_id, address) where state <> 'OVER';
create index invite_open_of_address on invite (address) where state = 'OPEN';
create index invite_expiring on invite (expires_at) where state <> 'OVER';
