-- Challenges are about a product or about memory. Those of before are all about products, and so is one that an instance of the release
-- before plans meanwhile: the default stays for it.
set lock_timeout = '10s';

alter table challenge
    add column kind  text not null default 'COMPUTE'
        constraint challenge_kind check (kind in ('COMPUTE', 'MEMORY')),
    add column turns integer
        constraint challenge_turns_range check (turns between 1 and 1024),
    add constraint challenge_turns_of_memory check ((kind = 'MEMORY') = (turns is not null));
