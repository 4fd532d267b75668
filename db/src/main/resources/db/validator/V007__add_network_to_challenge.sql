-- Challenges may be about a line too: the stream's key is drawn with the challenge and is the question later. Times beside that of the
-- commitment are the coordinator's, as that is.
set lock_timeout = '10s';

alter table challenge
    drop constraint challenge_kind,
    drop constraint challenge_turns_of_pages,
    add constraint challenge_kind check (kind in ('COMPUTE', 'MEMORY', 'STORAGE', 'NETWORK')),
    add constraint challenge_turns_of_pages check ((kind in ('COMPUTE', 'NETWORK')) = (turns is null)),
    add column stream_key text constraint challenge_stream_key_form check (stream_key ~ '^[0-9a-f]{64}$'),
    add constraint challenge_stream_of_network check
        ((stream_key is not null) = (kind = 'NETWORK' and challenge is not null)),
    -- from when the node was shown the challenge until the stream flowed, and from when it was shown the question until it had opened
    add column latency_ms bigint constraint challenge_latency_not_negative check (latency_ms >= 0),
    add column up_ms bigint constraint challenge_up_not_negative check (up_ms >= 0),
    add constraint challenge_line_of_network check (kind = 'NETWORK' or (latency_ms is null and up_ms is null));
