-- What tells machines apart, as nodes say it and as they are seen, and which of it several nodes bear.
set lock_timeout = '10s';

create table node_mark (
    node_id       uuid        not null references node on delete cascade,
    kind          text        not null constraint node_mark_kind check (kind in ('GPU', 'HOST', 'ADDRESS')),
    mark          text        not null constraint node_mark_length check (length(mark) between 1 and 100),
    first_seen_at timestamptz not null default now(),
    last_seen_at  timestamptz not null default now(),
    primary key (node_id, kind, mark)
) with (fillfactor = 80);
create index node_mark_bearers on node_mark (kind, mark, last_seen_at);

-- Written when a second node is seen to bear it, so that nobody looks through all marks for it.
create table shared_mark (
    number bigint      generated always as identity primary key,
    kind   text        not null constraint shared_mark_kind check (kind in ('GPU', 'HOST', 'ADDRESS')),
    mark   text        not null constraint shared_mark_length check (length(mark) between 1 and 100),
    since  timestamptz not null default now(),
    constraint shared_mark_once unique (kind, mark)
);
