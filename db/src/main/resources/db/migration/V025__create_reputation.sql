-- What each node has shown of itself, in figures that do not grow with its age, and the score that follows (docs/REPUTATION.md).
set lock_timeout = '10s';

create table reputation (
    node_id    uuid             primary key references node on delete cascade,
    -- answers that were judged right, and wrong; of a wrong one half is left a month later, so these are as of wrong_at
    "right"    bigint           not null default 0,
    wrong      double precision not null default 0,
    wrong_at   timestamptz      not null default now(),
    -- the same work by others, divided by its own time, and of how many comparisons that is the mean
    speed      double precision not null default 1,
    compared   integer          not null default 0,
    -- how long it was looked after, at most a month of it, and how much of that it was heard; as of looked_at
    heard_s    double precision not null default 0,
    watched_s  double precision not null default 0,
    looked_at  timestamptz      not null default now(),
    -- of what its provider must stake, the share that it does
    stake      double precision not null default 0,
    score      double precision not null default 0,
    due_at     timestamptz      not null default now(),
    -- when it last moved so far that others should know
    changed_at timestamptz      not null default now(),
    constraint reputation_counts_not_negative check ("right" >= 0 and wrong >= 0 and compared >= 0),
    constraint reputation_speed_positive check (speed > 0 and speed <= 2),
    constraint reputation_heard_while_watched check (0 <= heard_s and heard_s <= watched_s),
    constraint reputation_shares check (0 <= stake and stake <= 1 and 0 <= score and score <= 1)
) with (fillfactor = 70);
create index reputation_due on reputation (due_at);
create index reputation_by_change on reputation (changed_at, node_id);

insert into reputation (node_id) select id from node;

create function begin_reputation() returns trigger language plpgsql as $$
begin
    insert into reputation (node_id) values (new.id);
    return null;
end $$;
create trigger node_begins_reputation after insert on node for each row execute function begin_reputation();
