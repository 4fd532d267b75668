-- Webhooks: who is told, what is still to be told, and in which order. A stream is one job towards one target; it exists
-- exactly as long as it has pending deliveries, and its row lock orders writers of new events and the sender.
set lock_timeout = '10s';

create table webhook_subscription (
    id         uuid        primary key,
    account_id uuid        not null references account,
    url        text        not null constraint webhook_subscription_url_length check (length(url) between 1 and 2000),
    host       text        not null,
    events     text[]      constraint webhook_subscription_some_event check (cardinality(events) > 0),
    secret     bytea       not null,
    created_at timestamptz not null default now()
);
create index webhook_subscription_of_account on webhook_subscription (account_id, id);

-- What callback URLs of an account's jobs are signed with. Sealed, like every secret here: the key is a file.
create table webhook_secret (
    account_id uuid        primary key references account,
    secret     bytea       not null,
    rotated_at timestamptz not null default now()
);

-- Raised by every change of a subscription; each instance reads it every second.
create table webhook_revision (
    singleton boolean primary key default true constraint webhook_revision_singleton check (singleton),
    revision  bigint  not null
);
insert into webhook_revision (revision) values (0);
create function raise_webhook_revision() returns trigger language plpgsql as $$
begin
    update webhook_revision set revision = revision + 1;
    return null;
end $$;
create trigger webhook_subscription_raises_revision after insert or update or delete on webhook_subscription
    for each statement execute function raise_webhook_revision();

create sequence webhook_claim;

-- `target` is a subscription, or the account itself for a job's callback URL.
create table webhook_stream (
    job_id     uuid        not null,
    target     uuid        not null,
    account_id uuid        not null,
    host       text        not null,
    due_at     timestamptz not null default now(),
    claim      bigint,
    primary key (job_id, target)
) with (fillfactor = 80);
create index webhook_stream_due on webhook_stream (host, due_at);

create table webhook_delivery (
    id          uuid        primary key,
    job_id      uuid        not null,
    target      uuid        not null,
    seq         integer     not null,
    account_id  uuid        not null,
    url         text        not null,
    host        text        not null,
    event       text        not null,
    body        text        not null,
    state       text        not null default 'PENDING' constraint webhook_delivery_state check (state in ('PENDING', 'DEAD')),
    attempts    integer     not null default 0 constraint webhook_delivery_attempts check (attempts >= 0),
    last_error  text        constraint webhook_delivery_error_length check (length(last_error) <= 500),
    created_at  timestamptz not null default now(),
    dead_at     timestamptz,
    constraint webhook_delivery_once unique (job_id, target, seq),
    constraint webhook_delivery_dead_at check ((state = 'DEAD') = (dead_at is not null))
);
create index webhook_delivery_dead on webhook_delivery (id) where state = 'DEAD';

-- The relay takes each queue's rows by itself, so that a full queue stops no other.
create index outbox_of_queue on outbox (queue, id);
