-- Challenges may be about a file too, whose pages are memory's.
set lock_timeout = '10s';

alter table challenge
    drop constraint challenge_kind,
    drop constraint challenge_turns_of_memory,
    add constraint challenge_kind check (kind in ('COMPUTE', 'MEMORY', 'STORAGE')),
    add constraint challenge_turns_of_pages check ((kind = 'COMPUTE') = (turns is null));
