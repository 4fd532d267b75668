-- People: who they are, what they may do, and how they sign in (docs/adr/0025-people-sign-in.md).
set lock_timeout = '10s';

create table app_user (
    id            uuid        primary key,
    name          text        not null constraint app_user_name_unique unique
                              constraint app_user_name_form check (name ~ '^[a-z0-9][a-z0-9._@+-]{0,63}$'),
    -- none: only a link gets in
    password      text        constraint app_user_password_form check (password ~ '^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[^$]+\$[^$]+$'),
    -- sealed; it counts from when a code of it was shown on, and each step once
    totp          bytea,
    totp_since    timestamptz,
    totp_step     bigint,
    created_at    timestamptz not null default now(),
    disabled_at   timestamptz,
    constraint app_user_totp_whole check ((totp_since is null or totp is not null) and (totp_since is null) = (totp_step is null))
);

create table user_membership (
    id         uuid primary key,
    user_id    uuid not null references app_user,
    role       text not null constraint user_membership_role
                    check (role in ('VIEWER', 'OPERATOR', 'ADMIN', 'BUYER', 'PROVIDER', 'VALIDATOR')),
    -- of the whole system, or of one account
    account_id uuid references account,
    constraint user_membership_of_account check ((account_id is not null) = (role in ('BUYER', 'PROVIDER', 'VALIDATOR'))),
    constraint user_membership_once unique nulls not distinct (user_id, role, account_id)
);

create table user_session (
    id           uuid        primary key,
    user_id      uuid        not null references app_user,
    sha256       bytea       not null constraint user_session_sha256_unique unique
                             constraint user_session_sha256_length check (octet_length(sha256) = 32),
    -- an administrator's link may set a password without the one before
    by_link      boolean     not null,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at   timestamptz not null,
    address      text        not null constraint user_session_address_length check (length(address) between 1 and 64),
    agent        text        constraint user_session_agent_length check (length(agent) between 1 and 200)
) with (fillfactor = 80);
create index user_session_of_user on user_session (user_id, id);
create index user_session_by_age on user_session (last_seen_at);

-- One at a time, gone when it is used.
create table user_link (
    user_id    uuid        primary key references app_user,
    sha256     bytea       not null constraint user_link_sha256_unique unique
                           constraint user_link_sha256_length check (octet_length(sha256) = 32),
    expires_at timestamptz not null
);

create table user_recovery_code (
    user_id uuid  not null references app_user,
    sha256  bytea not null constraint user_recovery_code_sha256_length check (octet_length(sha256) = 32),
    primary key (user_id, sha256)
);

-- From where somebody signed in: there a stranger's wrong guesses do not keep that user waiting.
create table user_address (
    user_id uuid        not null references app_user,
    address text        not null constraint user_address_length check (length(address) between 1 and 64),
    at      timestamptz not null,
    primary key (user_id, address)
);

-- Attempts to sign in, by name and by address: each is counted before it is looked at.
create table sign_in_attempt (
    subject    text        primary key constraint sign_in_attempt_subject_length check (length(subject) between 1 and 140),
    failures   integer     not null constraint sign_in_attempt_failures_natural check (failures >= 0),
    at         timestamptz not null,
    wait_until timestamptz not null
) with (fillfactor = 80);
create index sign_in_attempt_by_age on sign_in_attempt (at);

-- Beside the revision of keys, read with it: sessions are many, and no key is read again when one ends.
alter table auth_revision add column users bigint not null default 0;

create function raise_user_revision() returns trigger language plpgsql as $$
begin
    update auth_revision set users = users + 1;
    return null;
end $$;
create trigger account_raises_user_revision after update or delete on account
    for each statement execute function raise_user_revision();
create trigger app_user_raises_user_revision after delete or update of name, disabled_at on app_user
    for each statement execute function raise_user_revision();
create trigger user_membership_raises_user_revision after insert or update or delete on user_membership
    for each statement execute function raise_user_revision();
create trigger user_session_raises_user_revision after delete or update of user_id, sha256, expires_at on user_session
    for each statement execute function raise_user_revision();

-- Which person, from where, and how it was.
alter table audit add column user_id uuid, add column address text, add column before jsonb;
