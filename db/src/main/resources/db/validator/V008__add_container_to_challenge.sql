-- Challenges may be about containers too: what one said of itself is no page.
set lock_timeout = '10s';

alter table challenge
    drop constraint challenge_kind,
    drop constraint challenge_turns_of_pages,
    add constraint challenge_kind check (kind in ('COMPUTE', 'MEMORY', 'STORAGE', 'NETWORK', 'CONTAINER')),
    add constraint challenge_turns_of_pages check ((kind in ('COMPUTE', 'NETWORK', 'CONTAINER')) = (turns is null));
