-- What a node was: its states when they change, and in which of the last two hours' minutes it was heard. And disputes by their state.
set lock_timeout = '10s';

-- Of a node that was not heard for a while and was noted as such. A heartbeat leaves it as it is, and no index has it: the row is updated in place.
alter table node_liveness add column silent boolean not null default false;
-- The minute of last_seen_at is the last bit, the one before it the bit before. What passed since is seen by who reads.
alter table node_liveness add column heard bit(120) not null default 1::bit(120);

-- By how many bits the minutes heard move from one sign of life to the next.
create function heard_shift(before timestamptz, after timestamptz) returns integer language sql stable as $$
    select greatest(0, least(120, floor(date_part('epoch', after) / 60) - floor(date_part('epoch', before) / 60)))::integer
$$;

create table node_history (
    id      bigint generated always as identity primary key,
    node_id uuid        not null references node on delete cascade,
    state   text        not null constraint node_history_state check (state in ('ONLINE', 'OFFLINE', 'DRAINING', 'BANNED')),
    why     text        not null constraint node_history_why_given check (length(why) between 1 and 500),
    actor   text        not null constraint node_history_actor_given check (length(actor) between 1 and 200),
    at      timestamptz not null default clock_timestamp()
);
create index node_history_of_node on node_history (node_id, id);
create trigger node_history_kept_as_it_is before update on node_history for each row execute function refuse_change();

-- The newest 200 of a node: whoever comes and goes all day fills no table.
create function keep_newest_node_history() returns trigger language plpgsql as $$
begin
    delete from node_history where node_id = new.node_id and id <= (
        select id from node_history where node_id = new.node_id order by id desc offset 200 limit 1);
    return null;
end $$;
create trigger node_history_is_bounded after insert on node_history for each row execute function keep_newest_node_history();

-- As lists show it: a ban hides all else, silence hides a drain.
create function node_state(ban text, silent boolean, draining boolean) returns text language sql immutable as $$
    select case when ban is not null then 'BANNED' when silent then 'OFFLINE' when draining then 'DRAINING' else 'ONLINE' end
$$;

-- Who changes a node is a setting of the transaction where it is a person or a key; else it is the node's miner, or the coordinator itself.
create function note_node_state() returns trigger language plpgsql as $$
declare
    quiet  boolean := coalesce((select silent from node_liveness where node_id = new.id), false);
    now_is text    := node_state(new.ban, quiet, new.draining);
    doer   text    := nullif(current_setting('pithead.actor', true), '');
begin
    if tg_op = 'INSERT' then
        insert into node_history (node_id, state, why, actor)
            values (new.id, now_is, coalesce(new.ban, 'registered'), coalesce(doer, 'node:' || new.miner_id));
    elsif now_is is distinct from node_state(old.ban, quiet, old.draining) or new.ban is distinct from old.ban then
        insert into node_history (node_id, state, why, actor) values (new.id, now_is,
            case when new.ban is not null then new.ban
                 when old.ban is not null then 'the ban is over'
                 when new.draining then 'takes no new jobs'
                 else 'its miner started anew' end,
            coalesce(doer, case when new.ban is distinct from old.ban then 'coordinator' else 'node:' || new.miner_id end));
    end if;
    return null;
end $$;
create trigger node_notes_state after insert or update of ban, draining on node for each row execute function note_node_state();

create function note_node_silence() returns trigger language plpgsql as $$
declare
    n node;
begin
    select * into n from node where id = new.node_id;
    if n.ban is null then
        insert into node_history (node_id, state, why, actor) values (n.id, node_state(n.ban, new.silent, n.draining),
            case when new.silent then 'not heard since ' || to_char(new.last_seen_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"')
                 else 'heard again' end,
            case when new.silent then 'coordinator' else 'node:' || n.miner_id end);
    end if;
    return null;
end $$;
create trigger node_liveness_notes_silence after update of silent on node_liveness
    for each row when (old.silent is distinct from new.silent) execute function note_node_silence();

-- An operator looks for the newest of one state.
create index dispute_of_state on dispute (coalesce(outcome, 'OPEN'), id);
