-- The discovery registry: which nodes there are, for whom, and where, the latter only for those who may know it.
set lock_timeout = '10s';

-- What the chain says, written down by whoever watches it, or by an operator where there is none; the registry reads it and
-- asks no chain. Addresses and keys have one form, in lower case, here and below.
create table discovery_run (
    run          uuid    primary key,
    chain        bigint  not null constraint discovery_run_chain_positive check (chain > 0),
    owner        text    not null constraint discovery_run_owner_form check (owner ~ '^0x[0-9a-f]{40}$'),
    owner_key    text    constraint discovery_run_owner_key_form check (owner_key ~ '^0x0[23][0-9a-f]{64}$'),
    manager      text    not null constraint discovery_run_manager_form check (manager ~ '^0x[0-9a-f]{40}$'),
    manager_key  text    not null constraint discovery_run_manager_key_form check (manager_key ~ '^0x0[23][0-9a-f]{64}$'),
    requirements text    not null constraint discovery_run_requirements_length check (length(requirements) <= 4000),
    open         boolean not null
);

create table discovery_validator (
    chain      bigint not null constraint discovery_validator_chain_positive check (chain > 0),
    address    text   not null constraint discovery_validator_address_form check (address ~ '^0x[0-9a-f]{40}$'),
    public_key text   not null constraint discovery_validator_key_form check (public_key ~ '^0x0[23][0-9a-f]{64}$'),
    primary key (chain, address)
);

create table discovery_provider (
    chain       bigint  not null constraint discovery_provider_chain_positive check (chain > 0),
    address     text    not null constraint discovery_provider_address_form check (address ~ '^0x[0-9a-f]{40}$'),
    whitelisted boolean not null,
    blacklisted boolean not null,
    primary key (chain, address)
);

-- Nodes that a provider has registered there, known to the registry or not.
create table discovery_chain_node (
    chain       bigint  not null,
    address     text    not null constraint discovery_chain_node_address_form check (address ~ '^0x[0-9a-f]{40}$'),
    provider    text    not null,
    validated   boolean not null,
    active      boolean not null,
    blacklisted boolean not null,
    primary key (chain, address),
    constraint discovery_chain_node_provider_fkey foreign key (chain, provider) references discovery_provider (chain, address)
);
create index discovery_chain_node_of_provider on discovery_chain_node (chain, provider);

-- What nodes say of themselves. One that the chain no longer knows is gone from here too.
create table discovery_node (
    chain            bigint      not null,
    address          text        not null,
    run              uuid        not null references discovery_run,
    hardware         json        not null,
    -- a keyed digest of where it announces itself from, for the limit of nodes of one place; the place itself is nowhere
    origin           bytea       not null constraint discovery_node_origin_length check (octet_length(origin) = 32),
    -- sealed for its readers, which the registry is not
    endpoint         json,
    endpoint_version bigint      not null default 0 constraint discovery_node_version_not_negative check (endpoint_version >= 0),
    registered_at    timestamptz not null default now(),
    seen_at          timestamptz not null default now(),
    primary key (chain, address),
    constraint discovery_node_chain_node_fkey foreign key (chain, address)
        references discovery_chain_node (chain, address) on delete cascade,
    constraint discovery_node_endpoint_has_version check (endpoint is null or endpoint_version > 0)
);
create index discovery_node_of_run on discovery_node (run, address);
create index discovery_node_of_origin on discovery_node (origin);
create index discovery_node_seen on discovery_node (seen_at);

-- Signed requests that were taken, until their signatures are long over.
create table wallet_nonce (
    signer    text        not null constraint wallet_nonce_signer_form check (signer ~ '^0x[0-9a-f]{40}$'),
    nonce     bytea       not null constraint wallet_nonce_length check (octet_length(nonce) = 32),
    forget_at timestamptz not null,
    primary key (signer, nonce)
);
create index wallet_nonce_forget on wallet_nonce (forget_at);
