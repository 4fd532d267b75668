-- Who signs in with an issuer's account, and how far somebody is with that (docs/adr/0027-sign-in-by-openid-connect.md).
set lock_timeout = '10s';

-- The issuer's own word for somebody, and never an address: those are given to others.
create table user_identity (
    user_id  uuid        primary key references app_user,
    issuer   text        not null constraint user_identity_issuer_length check (length(issuer) between 1 and 255),
    subject  text        not null constraint user_identity_subject_length check (length(subject) between 1 and 255),
    bound_at timestamptz not null,
    constraint user_identity_once unique (issuer, subject)
);

-- Only of what must be known here: nobody who is not signed in, and not let in by the issuer, writes a row.
create table oidc_attempt (
    sha256     bytea       primary key constraint oidc_attempt_sha256_length check (octet_length(sha256) = 32),
    stage      text        not null constraint oidc_attempt_stage check (stage in ('BINDING', 'CODE', 'SPENT')),
    user_id    uuid        references app_user,
    -- that asked for the binding; it may end meanwhile
    session_id uuid,
    expires_at timestamptz not null,
    constraint oidc_attempt_user check ((user_id is null) = (stage = 'SPENT')),
    constraint oidc_attempt_session check ((session_id is not null) = (stage = 'BINDING'))
);
create index oidc_attempt_by_end on oidc_attempt (expires_at);
