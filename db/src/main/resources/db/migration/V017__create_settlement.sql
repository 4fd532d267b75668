-- Settlement: where accounts are paid on a chain, what each epoch paid, and the leaves that the chain's roots are over.
set lock_timeout = '10s';

alter table chain_lease drop constraint chain_lease_subject,
    add constraint chain_lease_subject check (subject ~ '^(index|settle|send 0x[0-9a-f]{40})$');

create table payout_address (
    chain_id   bigint        not null constraint payout_address_chain_positive check (chain_id > 0),
    account_id uuid          not null references account,
    address    chain_address not null constraint payout_address_somebodys check (address <> '0x' || repeat('0', 40)),
    set_at     timestamptz   not null default now(),
    primary key (chain_id, account_id)
);

-- Accounts are paid while it is CLOSING, those up to `reached` so far. From then on what it paid, and so what the leaves were
-- at its end, is fixed: root and digest follow from the rows, at any instance and any time later.
create table epoch (
    chain_id    bigint        not null constraint epoch_chain_positive check (chain_id > 0),
    number      bigint        not null constraint epoch_number_positive check (number > 0),
    state       text          not null default 'CLOSING' constraint epoch_state
        check (state in ('CLOSING', 'HASHING', 'FUNDING', 'POSTING', 'PENDING', 'ACTIVE', 'WITHDRAWN')),
    reached     uuid,
    paid        numeric(38,0) not null default 0 constraint epoch_paid_natural check (paid >= 0),
    leaves      integer       constraint epoch_leaves_positive check (leaves > 0),
    total       numeric(38,0) constraint epoch_total_holds_paid check (total >= paid),
    root        chain_hash,
    leaves_hash chain_hash,
    active_at   timestamptz,
    started_at  timestamptz   not null default now(),
    changed_at  timestamptz   not null default now(),
    due_at      timestamptz   not null,
    waits       text          constraint epoch_waits_given check (length(waits) between 1 and 1000),
    primary key (chain_id, number),
    constraint epoch_sums_when_paid check ((state = 'CLOSING') = (leaves is null) and (state = 'CLOSING') = (total is null)),
    constraint epoch_root_when_hashed check (
        (state in ('CLOSING', 'HASHING')) = (root is null) and (root is null) = (leaves_hash is null)),
    constraint epoch_active_at_when_posted check ((state in ('PENDING', 'ACTIVE', 'WITHDRAWN')) = (active_at is not null))
);
create unique index epoch_one_on_its_way on epoch (chain_id) where state in ('CLOSING', 'HASHING', 'FUNDING', 'POSTING');

-- What an account was paid, once an epoch, by the entry that took it from the ledger.
create table epoch_payout (
    chain_id   bigint        not null,
    epoch      bigint        not null,
    account_id uuid          not null references account,
    address    chain_address not null,
    amount     numeric(38,0) not null constraint epoch_payout_amount_positive check (amount > 0),
    entry_id   uuid          not null constraint epoch_payout_entry_once unique references ledger_entry,
    primary key (chain_id, epoch, account_id),
    constraint epoch_payout_epoch_fkey foreign key (chain_id, epoch) references epoch (chain_id, number)
);
create index epoch_payout_of_address on epoch_payout (chain_id, address, epoch) include (amount);
create trigger epoch_payout_append_only before update or delete on epoch_payout
    for each row execute function refuse_change();
create trigger epoch_payout_not_truncated before truncate on epoch_payout
    for each statement execute function refuse_change();

-- What an address was paid since the beginning; what it was at the end of an epoch is that less what later ones paid.
create table payout_leaf (
    chain_id   bigint        not null,
    address    chain_address not null,
    position   integer       not null constraint payout_leaf_position_natural check (position >= 0),
    cumulative numeric(38,0) not null constraint payout_leaf_cumulative_positive check (cumulative > 0),
    primary key (chain_id, address),
    constraint payout_leaf_position_once unique (chain_id, position)
);
create function refuse_smaller_leaf() returns trigger language plpgsql as $$
begin
    raise exception 'a leaf only grows, at its place' using errcode = 'restrict_violation';
end $$;
create trigger payout_leaf_only_grows before update on payout_leaf for each row
    when (new.cumulative <= old.cumulative or (new.chain_id, new.address, new.position) <> (old.chain_id, old.address, old.position))
    execute function refuse_smaller_leaf();
create trigger payout_leaf_kept before delete on payout_leaf
    for each row execute function refuse_change();
create trigger payout_leaf_not_truncated before truncate on payout_leaf
    for each statement execute function refuse_change();
