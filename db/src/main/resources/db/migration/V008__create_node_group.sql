-- Node groups: nodes that run one task together, each with an index in a ring.
set lock_timeout = '10s';

create table node_group (
    id         uuid        primary key,
    task_id    uuid        not null references task,
    account_id uuid        not null,
    topology   text        not null,
    state      text        not null constraint node_group_state check (state in ('FORMING', 'PLACED', 'ENDED', 'DISSOLVED')),
    reason     text,
    created_at timestamptz not null default now(),
    placed_at  timestamptz,
    ended_at   timestamptz,
    constraint node_group_ended_exactly_when_over check ((state in ('ENDED', 'DISSOLVED')) = (ended_at is not null)),
    constraint node_group_placed_has_time
        check (case state when 'FORMING' then placed_at is null when 'PLACED' then placed_at is not null else true end)
);
create index node_group_of_account on node_group (account_id, id) where ended_at is null;
create index node_group_of_task on node_group (task_id);
create index node_group_live on node_group (state) where ended_at is null;

create table node_group_member (
    group_id uuid    not null references node_group,
    node_id  uuid    not null references node,
    -- set when the group's containers are placed: the order of the nodes' ids
    position integer constraint node_group_member_position check (position >= 0),
    -- the group failed with this node
    lapsed   boolean not null default false,
    -- its group is not over
    live     boolean not null default true,
    primary key (group_id, node_id)
);
-- no node in two groups, however many instances form them
create unique index node_group_member_once on node_group_member (node_id) where live;
create unique index node_group_member_position_once on node_group_member (group_id, position) where position is not null;
create index node_group_member_lapsed on node_group_member (node_id) where lapsed;

alter table task_node add column group_id uuid references node_group;
create index task_node_of_group on task_node (group_id) where group_id is not null;
-- containers whose place was given up, until they have ended
create index task_node_left_behind on task_node (job_id) where moved and finished_at is null;
