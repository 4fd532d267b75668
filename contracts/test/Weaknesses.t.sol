// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Bounds} from "../src/Bounds.sol";
import {ComputeNodes} from "../src/ComputeNodes.sol";
import {IComputeNodes} from "../src/interfaces/IComputeNodes.sol";
import {IRuns} from "../src/interfaces/IRuns.sol";
import {Memberships} from "../src/Memberships.sol";
import {ProviderRegistry} from "../src/ProviderRegistry.sol";
import {Rewards} from "../src/Rewards.sol";
import {Runs} from "../src/Runs.sol";
import {Validators} from "../src/Validators.sol";
import {WorkReceipts} from "../src/WorkReceipts.sol";
import {Vm} from "./Vm.sol";
import {Network} from "./Network.sol";

/// Each weakness that was found in the contracts of PrimeIntellect's protocol (commit a1156fe), and that these do not have it.
/// Names begin with the contract that had it; W-S numbers are those of the list of its security findings.
contract WeaknessesTest is Network {
    // AIToken

    function test_AIToken_no_cap() public {
        uint256 room = token.cap() - token.totalSupply();
        bytes memory exceeded =
            abi.encodeWithSignature("ERC20ExceededCap(uint256,uint256)", token.cap() + 1, token.cap());
        refused(exceeded);
        vm.prank(ADMIN);
        token.mint(BUYER, room + 1);
    }

    function test_AIToken_burn_of_anothers_without_allowance() public {
        bytes32 role = token.MINTER_ROLE();
        yes(token.hasRole(role, ADMIN), "as mighty as can be");
        refused(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, ADMIN, 0, 1));
        vm.prank(ADMIN);
        token.burnFrom(BUYER, 1);
    }

    // PrimeNetwork

    function test_PrimeNetwork_W_S22_a_rotation_of_validators_needs_the_admin() public {
        no(validators.hasRole(validators.DEFAULT_ADMIN_ROLE(), OPERATOR), "no admin");
        vm.prank(OPERATOR);
        validators.replace(V1, V4);
        yes(validators.isValidator(V4), "rotated");
    }

    function test_PrimeNetwork_W_S22_a_rotation_leaves_the_old_validator() public {
        vm.prank(OPERATOR);
        validators.replace(V1, V4);
        no(validators.isValidator(V1), "the old one");
        yes(validators.isValidator(V2), "the others");
        eq(validators.count(), 3, "as many as before");
    }

    function test_PrimeNetwork_events_are_not_indexed() public {
        registered(provider, 1_000 * AI);
        bytes memory signature = registration(provider, NODE_KEY, block.timestamp);
        vm.recordLogs();
        vm.prank(provider);
        nodes.register(node, "", block.timestamp, signature);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        eq(logs[0].topics[0], ComputeNodes.NodeRegistered.selector, "event");
        eq(logs[0].topics[1], bytes32(uint256(uint160(node))), "by node");
        eq(logs[0].topics[2], bytes32(uint256(uint160(provider))), "by provider");
    }

    function test_PrimeNetwork_W_S21_a_slash_pays_the_validator_that_slashes() public {
        registered(provider, 1_000 * AI);
        vm.prank(SLASHER);
        (uint256 id,) = providers.proposeSlash(provider, 100 * AI, "");
        vm.warp(block.timestamp + APPEAL);
        vm.prank(SLASHER);
        providers.executeSlash(id);
        eq(token.balanceOf(SLASHER), 0, "who slashes gets nothing");
        eq(token.balanceOf(TREASURY), 100 * AI, "the treasury gets it");
    }

    function test_PrimeNetwork_W_S21_one_validator_decides() public {
        uint256 run = active();
        (bytes32 subject,) = postedAndDisputed(run);
        vote(V1, address(receipts), subject, 0, REJECTED);
        eq(receipts.unitsOf(run, node, 1), 10, "one vote changes nothing");
        eq(providers.slashCount(), 0, "and slashes nothing");
        bytes32 role = providers.SLASHER_ROLE();
        unauthorized(V1, role);
        vm.prank(V1);
        providers.proposeSlash(provider, 1, "");
    }

    function test_PrimeNetwork_W_S21_no_appeal() public {
        registered(provider, 1_000 * AI);
        vm.prank(SLASHER);
        (uint256 id,) = providers.proposeSlash(provider, 100 * AI, "");
        vm.prank(provider);
        providers.appeal(id, "it was not me");
        vm.prank(ARBITER);
        providers.decideAppeal(id, false, "it was not");
        eq(providers.get(provider).stake, 1_000 * AI, "given back");
    }

    function test_PrimeNetwork_W_S6_a_nodes_signature_counts_on_any_chain_and_contract_and_twice() public {
        registered(provider, 1_000 * AI);
        uint256 deadline = block.timestamp + 1 days;
        bytes memory signature = registration(provider, NODE_KEY, deadline);
        bytes memory invalid = abi.encodeWithSelector(ComputeNodes.ComputeNodes_SignatureInvalid.selector, node);
        ComputeNodes another = new ComputeNodes(governance(), providers, runs);
        vm.startPrank(provider);
        refused(invalid);
        another.register(node, "", deadline, signature);
        uint256 home = block.chainid;
        vm.chainId(42161);
        refused(invalid);
        nodes.register(node, "", deadline, signature);
        vm.chainId(home);
        nodes.register(node, "", deadline, signature);
        nodes.remove(node);
        refused(invalid);
        nodes.register(node, "", deadline, signature);
        vm.stopPrank();
    }

    function test_PrimeNetwork_W_S23_ERC20_returns_are_ignored() public {
        // a token that says false instead of reverting
        Falsehood falsehood = new Falsehood();
        vm.etch(address(token), address(falsehood).code);
        bytes memory failed = abi.encodeWithSignature("SafeERC20FailedOperation(address)", address(token));
        vm.startPrank(provider);
        refused(failed);
        providers.register(1_000 * AI);
        refused(failed);
        rewards.fund(1);
        vm.stopPrank();
        uint256 run = opened();
        refused(failed);
        vm.prank(BUYER);
        escrow.deposit(run, 1);
        eq(providers.count(), 0, "nobody is registered");
    }

    function test_PrimeNetwork_a_permit_can_be_front_run() public {
        uint256 deadline = block.timestamp;
        (uint8 v, bytes32 r, bytes32 s) = permit(PROVIDER_KEY, address(providers), MINIMUM, deadline);
        vm.prank(STRANGER);
        token.permit(provider, address(providers), MINIMUM, deadline, v, r, s);
        vm.prank(provider);
        providers.registerWithPermit(MINIMUM, deadline, v, r, s);
        eq(providers.get(provider).stake, MINIMUM, "registered all the same");
        (v, r, s) = permit(PROVIDER_KEY, address(providers), 5, deadline);
        vm.prank(STRANGER);
        token.permit(provider, address(providers), 5, deadline, v, r, s);
        vm.prank(provider);
        providers.increaseStakeWithPermit(5, deadline, v, r, s);
        eq(providers.get(provider).stake, MINIMUM + 5, "and increased");
    }

    function test_PrimeNetwork_a_second_node_blocks_more_stake() public {
        // their issue 201: increaseStake reverted for a second node of the same provider
        registered(provider, MINIMUM + PER_NODE);
        added(provider, NODE_KEY);
        vm.prank(provider);
        providers.increaseStake(PER_NODE);
        added(provider, OTHER_NODE_KEY);
        vm.prank(provider);
        providers.increaseStake(1);
        eq(providers.get(provider).nodes, 2, "nodes");
    }

    // ComputeRegistry

    function test_ComputeRegistry_units_are_truncated_and_totals_leak() public {
        // nodes have no self-declared units here; those of work are of one width everywhere, and a removal leaves none
        uint256 run = active();
        (bytes32 subject,) = postedAndDisputed(run);
        vote(V1, address(receipts), subject, 0, REJECTED);
        vote(V2, address(receipts), subject, 0, REJECTED);
        WorkReceipts.Batch memory batch = receipts.get(run, node, 1);
        eq(batch.units - batch.invalidUnits, receipts.unitsOf(run, node, 1), "one sum");
        eq(receipts.unitsOf(run, node, 1), 6, "10 less the 4 of the leaf");
    }

    function test_ComputeRegistry_W_S23_deregistering_leaves_totals_and_maps() public {
        registered(provider, 1_000 * AI);
        registered(otherProvider, 1_000 * AI);
        added(provider, NODE_KEY);
        vm.startPrank(provider);
        nodes.remove(node);
        providers.deregister();
        vm.stopPrank();
        eq(providers.count(), 1, "providers");
        eq(providers.list(0, 10)[0], otherProvider, "the other one is found");
        eq(nodes.count(), 0, "nodes");
        eq(nodes.countOf(provider), 0, "nodes of the provider");
        eq(uint256(providers.standingOf(provider)), 0, "reads do not panic");
        eq(uint256(nodes.stateOf(node)), 0, "reads do not panic");
        eq(providers.get(provider).nodes, 0, "none is counted");
        (uint256 staked,,) = providers.totals();
        eq(staked, 1_000 * AI, "only the other's stake");
        registered(provider, 1_000 * AI);
        added(provider, NODE_KEY);
    }

    function test_ComputeRegistry_OrZero_reverts() public view {
        eq(nodes.providerOf(STRANGER), address(0), "provider");
        eq(nodes.placementOf(STRANGER), 0, "run");
        eq(runs.ownerOf(99), address(0), "owner");
        eq(runs.managerOf(99), address(0), "manager");
        eq(providers.get(STRANGER).stake, 0, "stake");
        eq(receipts.unitsOf(9, STRANGER, 9), 0, "units");
        eq(rewards.claimedOf(STRANGER), 0, "claimed");
    }

    // StakeManager

    function test_StakeManager_a_slash_locks_an_older_matured_unbond() public {
        registered(provider, MINIMUM);
        vm.prank(provider);
        providers.unbond(10);
        vm.warp(block.timestamp + UNBONDING - 1);
        vm.prank(provider);
        providers.unbond(20);
        vm.warp(block.timestamp + 1);
        // the first has matured, the second and all stake go
        vm.prank(SLASHER);
        (, uint256 held) = providers.proposeSlash(provider, type(uint128).max, "");
        eq(held, MINIMUM - 10, "all but what matured");
        vm.prank(provider);
        eq(providers.withdraw(), 10, "not locked");
    }

    function test_StakeManager_an_entry_slashed_in_part_is_withdrawn_in_part() public {
        registered(provider, MINIMUM);
        vm.startPrank(provider);
        providers.unbond(MINIMUM - 50);
        providers.unbond(30);
        providers.unbond(20);
        vm.stopPrank();
        vm.prank(SLASHER);
        providers.proposeSlash(provider, 35, "");
        eq(providers.unbondsOf(provider).length, 2, "the newest is gone, the next is smaller");
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(provider);
        eq(providers.withdraw(), MINIMUM - 35, "everything else");
    }

    function test_StakeManager_withdraw_does_not_advance_when_all_matured() public {
        registered(provider, MINIMUM);
        for (uint256 round; round < 3; ++round) {
            for (uint256 i; i < providers.MAX_UNBONDS(); ++i) {
                vm.prank(provider);
                providers.unbond(1);
            }
            vm.warp(block.timestamp + UNBONDING);
            vm.prank(provider);
            eq(providers.withdraw(), 8, "all eight, each time");
            eq(providers.unbondsOf(provider).length, 0, "and the queue is free");
        }
    }

    function test_StakeManager_events_after_a_delete_report_0() public {
        registered(provider, MINIMUM);
        vm.prank(provider);
        providers.unbond(33);
        vm.warp(block.timestamp + UNBONDING);
        vm.recordLogs();
        vm.prank(provider);
        providers.withdraw();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        eq(logs[0].topics[0], ProviderRegistry.StakeWithdrawn.selector, "event");
        eq(abi.decode(logs[0].data, (uint256)), 33, "amount");
    }

    function test_StakeManager_a_full_queue_resets_the_time_of_the_newest() public {
        registered(provider, MINIMUM);
        for (uint256 i; i < 8; ++i) {
            vm.prank(provider);
            providers.unbond(1);
        }
        uint64 before = providers.unbondsOf(provider)[7].maturesAt;
        vm.warp(block.timestamp + 1 days);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_QueueFull.selector, provider, 8));
        vm.prank(provider);
        providers.unbond(1);
        eq(providers.unbondsOf(provider)[7].maturesAt, before, "as promised");
    }

    // DomainRegistry

    function test_DomainRegistry_logic_is_swapped_in_the_middle_of_a_run() public {
        uint256 run = active();
        refused(abi.encodeWithSelector(Runs.Runs_WrongStatus.selector, run, IRuns.RunStatus.OPEN));
        vm.prank(BUYER);
        runs.setRequirements(run, "something else");
        uint64 current = runs.endOf(run);
        refused(abi.encodeWithSelector(Runs.Runs_EndBroughtForward.selector, current - 1, current));
        vm.prank(BUYER);
        runs.extend(run, current - 1);
    }

    // ComputePool

    function test_ComputePool_W_S6_an_invite_counts_on_any_chain_and_contract() public {
        whitelisted(provider, 1_000 * AI);
        validated(provider, NODE_KEY);
        uint256 run = opened();
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = sign(MANAGER_KEY, memberships.inviteDigest(one));
        bytes memory invalid =
            abi.encodeWithSelector(Memberships.Memberships_InviteInvalid.selector, run, node, manager);
        Memberships another = new Memberships(governance(), runs, nodes);
        vm.startPrank(node);
        refused(invalid);
        another.join(one, signature);
        uint256 home = block.chainid;
        vm.chainId(42161);
        refused(invalid);
        memberships.join(one, signature);
        vm.chainId(home);
        memberships.join(one, signature);
        vm.stopPrank();
    }

    function test_ComputePool_W_S3_a_signature_over_a_chosen_text_is_an_invite() public {
        // a typed-data digest begins with 0x1901; what signs personal messages never signs one
        whitelisted(provider, 1_000 * AI);
        validated(provider, NODE_KEY);
        uint256 run = opened();
        Memberships.Invite memory one = invite(run, node);
        bytes32 digest = memberships.inviteDigest(one);
        bytes memory oracle = sign(MANAGER_KEY, keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", digest)));
        refused(abi.encodeWithSelector(Memberships.Memberships_InviteInvalid.selector, run, node, manager));
        vm.prank(node);
        memberships.join(one, oracle);
    }

    function test_W_S2_a_signature_over_a_chosen_text_registers_a_node() public {
        registered(provider, 1_000 * AI);
        uint256 deadline = block.timestamp;
        bytes32 digest = nodes.registrationDigest(provider, node, 0, deadline);
        bytes memory oracle = sign(NODE_KEY, keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", digest)));
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_SignatureInvalid.selector, node));
        vm.prank(provider);
        nodes.register(node, "", deadline, oracle);
    }

    function test_ComputePool_no_revocation_of_invites() public {
        whitelisted(provider, 1_000 * AI);
        validated(provider, NODE_KEY);
        uint256 run = opened();
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = sign(MANAGER_KEY, memberships.inviteDigest(one));
        vm.prank(manager);
        memberships.revoke(run, one.nonce);
        refused(abi.encodeWithSelector(Memberships.Memberships_InviteSpent.selector, run, one.nonce));
        vm.prank(node);
        memberships.join(one, signature);
    }

    function test_ComputePool_leaving_loops_over_all_nodes() public {
        uint256 alone = gasOfQuitting(1);
        uint256 among = gasOfQuitting(40);
        yes(among < alone + alone / 10, "as cheap among many");
    }

    function test_ComputePool_changing_the_pool_emits_no_join() public {
        active();
        uint256 next = opened();
        vm.prank(node);
        memberships.quit(node);
        vm.recordLogs();
        joined(next, node);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        eq(logs[0].topics[0], Memberships.NodeJoined.selector, "event");
        eq(uint256(logs[0].topics[1]), next, "run");
    }

    function test_ComputePool_blacklisting_leaves_nodes_in() public {
        active();
        vm.prank(OPERATOR);
        providers.blacklist(provider, "cheated");
        eq(uint256(nodes.stateOf(node)), uint256(IComputeNodes.NodeState.INACTIVE), "inactive");
    }

    function test_ComputePool_ending_leaves_nodes_active() public {
        uint256 run = active();
        vm.prank(BUYER);
        runs.end(run);
        eq(uint256(nodes.stateOf(node)), uint256(IComputeNodes.NodeState.INACTIVE), "inactive");
        joined(opened(), node);
    }

    function test_ComputePool_only_the_federator_creates() public {
        vm.prank(STRANGER);
        uint256 run = runs.create(terms());
        eq(runs.ownerOf(run), STRANGER, "anyone owns a run");
    }

    // SyntheticDataWorkValidator

    function test_SyntheticDataWorkValidator_W_S19_a_work_key_is_taken_by_whoever_is_first() public {
        // the same receipt in another's batch is another leaf, and neither keeps the other out
        uint256 run = active();
        validated(provider, OTHER_NODE_KEY);
        joined(run, otherNode);
        WorkReceipts.NodeWork[] memory work = new WorkReceipts.NodeWork[](2);
        bytes32 receipt = sha256("the same");
        bytes32 one = receipts.leafOf(WorkReceipts.Leaf(run, node, 1, 0, receipt, 1));
        bytes32 other = receipts.leafOf(WorkReceipts.Leaf(run, otherNode, 1, 0, receipt, 1));
        no(one == other, "the leaf names its node");
        work[0] = WorkReceipts.NodeWork(node, one, 1, 1);
        work[1] = WorkReceipts.NodeWork(otherNode, other, 1, 1);
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_NotManager.selector, run, otherNode));
        vm.prank(otherNode);
        receipts.post(run, 1, work, 0, "");
        vm.prank(manager);
        receipts.post(run, 1, work, 0, "");
        eq(receipts.unitsOf(run, node, 1), 1, "both count");
        eq(receipts.unitsOf(run, otherNode, 1), 1, "both count");
    }

    function test_SyntheticDataWorkValidator_units_are_self_declared_and_uncapped() public {
        uint256 run = active();
        WorkReceipts.NodeWork[] memory work = new WorkReceipts.NodeWork[](1);
        work[0] = WorkReceipts.NodeWork(node, bytes32("root"), 1_001, 1);
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_NotManager.selector, run, node));
        vm.prank(node);
        receipts.post(run, 1, work, 0, "");
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_UnitsExceeded.selector, 1_001, 1_000));
        vm.prank(manager);
        receipts.post(run, 1, work, 0, "");
    }

    function test_SyntheticDataWorkValidator_W_S20_a_removal_hides_new_work() public {
        // work is found by run, node and epoch; no list is reordered when some of it becomes invalid
        uint256 run = active();
        (bytes32 subject, bytes32 other) = postedAndDisputed(run);
        vote(V1, address(receipts), subject, 0, REJECTED);
        vote(V2, address(receipts), subject, 0, REJECTED);
        bytes32[] memory path = proof(receipts.leafOf(leaf(run, 0, 4)));
        WorkReceipts.Leaf memory second = leaf(run, 1, 6);
        yes(receipts.isPart(second, path), "the other leaf is where it was");
        eq(receipts.leafOf(second), other, "the same leaf");
        vm.prank(V1);
        receipts.dispute(second, path, WorkReceipts.Severity.SOFT);
    }

    function test_SyntheticDataWorkValidator_W_S23_a_soft_invalidation_trusts_the_caller_for_units() public {
        uint256 run = active();
        (bytes32 subject,) = postedAndDisputed(run);
        eq(receipts.disputeOf(subject).units, 4, "those of the leaf");
        WorkReceipts.Leaf memory forged = leaf(run, 1, 1_000);
        bytes32 hash = receipts.leafOf(forged);
        bytes32[] memory path = proof(receipts.leafOf(leaf(run, 0, 4)));
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_ProofInvalid.selector, hash));
        vm.prank(V1);
        receipts.dispute(forged, path, WorkReceipts.Severity.SOFT);
    }

    function test_SyntheticDataWorkValidator_sets_are_read_whole() public {
        bytes memory tooMany = abi.encodeWithSelector(Bounds.Bounds_PageSize.selector, 201, 200);
        refused(tooMany);
        nodes.list(0, 201);
        refused(tooMany);
        nodes.listOf(provider, 0, 201);
        refused(tooMany);
        providers.list(0, 201);
        refused(tooMany);
        runs.owned(BUYER, 0, 201);
        refused(tooMany);
        validators.list(0, 201);
    }

    function test_SyntheticDataWorkValidator_what_nobody_checked_is_paid_at_once() public {
        funded(5);
        bytes32 root = rewards.leafOf(provider, 5);
        vm.prank(POSTER);
        rewards.post(1, root, 5, 0, "");
        uint64 activeAt = uint64(block.timestamp) + WINDOW;
        refused(abi.encodeWithSelector(Rewards.Rewards_RootPending.selector, 1, activeAt));
        rewards.claim(1, provider, 5, new bytes32[](0));
    }

    function test_W_S17_a_nodes_word_on_itself_counts() public {
        whitelisted(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        vm.prank(node);
        nodes.describe(node, "ipfs://a-thousand-H100");
        eq(uint256(nodes.stateOf(node)), uint256(IComputeNodes.NodeState.REGISTERED), "until a quorum saw it");
        uint256 run = opened();
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = sign(MANAGER_KEY, memberships.inviteDigest(one));
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_NotValidated.selector, node));
        vm.prank(node);
        memberships.join(one, signature);
    }

    function test_W_L10_low_stake_has_no_way_out() public {
        active();
        vm.prank(SLASHER);
        providers.proposeSlash(provider, 1_000 * AI, "");
        eq(uint256(nodes.stateOf(node)), uint256(IComputeNodes.NodeState.INACTIVE), "too little");
        vm.prank(provider);
        providers.increaseStake(MINIMUM + PER_NODE);
        eq(uint256(nodes.stateOf(node)), uint256(IComputeNodes.NodeState.ACTIVE), "and again enough");
    }

    // RewardsDistributor

    function test_RewardsDistributor_no_escrow_behind_claims() public {
        vm.startPrank(POSTER);
        refused(abi.encodeWithSelector(Rewards.Rewards_Underfunded.selector, 1, 0));
        rewards.post(1, bytes32("root"), 1, 0, "");
        vm.stopPrank();
    }

    function test_RewardsDistributor_W_S23_the_rate_is_set_once_for_ever() public {
        // there is no rate: what is earned is in the leaves, and the next root corrects the last one
        address alice = address(0xA11CE);
        funded(100);
        bytes32 wrong = rewards.leafOf(alice, 90);
        vm.startPrank(POSTER);
        rewards.post(1, wrong, 90, 0, "");
        rewards.withdrawRoot(1, 1);
        rewards.post(2, rewards.leafOf(alice, 50), 50, 0, "");
        vm.stopPrank();
        vm.warp(block.timestamp + WINDOW);
        rewards.claim(2, alice, 50, new bytes32[](0));
        eq(token.balanceOf(alice), 50, "what was corrected");
    }

    function test_RewardsDistributor_slash_and_removal_of_work_do_nothing() public {
        uint256 run = active();
        bytes32 hard = posted(run, WorkReceipts.Severity.HARD);
        vote(V1, address(receipts), hard, 0, REJECTED);
        vote(V2, address(receipts), hard, 0, REJECTED);
        eq(receipts.unitsOf(run, node, 1), 6, "units are gone");
        (,, uint256 held) = providers.totals();
        eq(held, 20 * AI, "stake is held");
    }

    function test_RewardsDistributor_one_claim_transaction_per_node() public {
        address[3] memory accounts = [address(0x51), address(0x52), address(0x53)];
        funded(6);
        bytes32 a = rewards.leafOf(accounts[0], 1);
        bytes32 b = rewards.leafOf(accounts[1], 2);
        bytes32 c = rewards.leafOf(accounts[2], 3);
        vm.prank(POSTER);
        rewards.post(1, pair(pair(a, b), c), 6, 0, "");
        vm.warp(block.timestamp + WINDOW);
        Rewards.Claim[] memory claims = new Rewards.Claim[](3);
        bytes32[] memory pathA = new bytes32[](2);
        bytes32[] memory pathB = new bytes32[](2);
        (pathA[0], pathA[1]) = (b, c);
        (pathB[0], pathB[1]) = (a, c);
        claims[0] = Rewards.Claim(accounts[0], 1, pathA);
        claims[1] = Rewards.Claim(accounts[1], 2, pathB);
        claims[2] = Rewards.Claim(accounts[2], 3, proof(pair(a, b)));
        eq(rewards.claimMany(1, claims), 6, "three at once");
    }

    function test_Merkle_leaf_lacks_chain_and_contract() public {
        bytes32 here = rewards.leafOf(provider, 1);
        Rewards another = new Rewards(governance(), rewards.token(), WINDOW);
        no(here == another.leafOf(provider, 1), "contract");
        vm.chainId(42161);
        no(here == rewards.leafOf(provider, 1), "chain");
    }

    // ValidatorQuorum

    function test_ValidatorQuorum_W_S21_a_new_call_always_reverts() public {
        registered(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        approve(node);
        yes(nodes.get(node).validated, "the quorum works");
    }

    // keys, rotation, trust

    function test_W_S13_the_stake_key_is_needed_on_the_machine() public {
        // the provider's key acts once, from anywhere; from then on only the node's key, or its signature
        whitelisted(provider, 1_000 * AI);
        validated(provider, NODE_KEY);
        uint256 run = opened();
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = sign(MANAGER_KEY, memberships.inviteDigest(one));
        bytes memory acceptance = sign(NODE_KEY, memberships.acceptanceDigest(one));
        vm.prank(STRANGER);
        memberships.joinFor(one, signature, acceptance);
        vm.startPrank(node);
        memberships.quit(node);
        nodes.describe(node, "ipfs://new");
        vm.stopPrank();
        // and with the node's key nobody gets at the stake
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_StakeExceeded.selector, 1, 0));
        vm.prank(node);
        providers.unbond(1);
    }

    function test_W_S24_validators_are_read_once_at_the_start() public {
        registered(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        bytes32 subject = nodes.subjectOf(node);
        uint64 round = nodes.get(node).round;
        vote(V1, address(nodes), subject, round, APPROVED);
        vm.prank(OPERATOR);
        validators.replace(V1, V4);
        vote(V2, address(nodes), subject, round, APPROVED);
        no(nodes.get(node).validated, "a removed one's vote counts no more");
        vote(V4, address(nodes), subject, round, APPROVED);
        yes(nodes.get(node).validated, "a new one's counts at once");
    }

    function test_trust_no_pause_no_timelock_no_buyer_escrow() public {
        vm.prank(PAUSER);
        rewards.pause();
        yes(rewards.paused(), "a pause");
        eq(timelock.getMinDelay(), DELAY, "a timelock");
        uint256 run = opened();
        vm.startPrank(BUYER);
        token.approve(address(escrow), 5);
        escrow.deposit(run, 5);
        runs.end(run);
        eq(escrow.refund(run), 5, "an escrow that gives back");
        vm.stopPrank();
    }

    function test_W_S9_a_ban_is_undone_by_leaving_and_coming_back() public {
        whitelisted(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        vm.startPrank(OPERATOR);
        nodes.eject(node, "");
        providers.blacklist(provider, "");
        vm.stopPrank();
        vm.startPrank(provider);
        nodes.remove(node);
        providers.deregister();
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_Blacklisted.selector, provider));
        providers.register(1_000 * AI);
        vm.stopPrank();
        eq(uint256(nodes.stateOf(node)), uint256(IComputeNodes.NodeState.EJECTED), "still ejected");
    }

    // what several of them use

    function leaf(uint256 run, uint32 index, uint96 units) private view returns (WorkReceipts.Leaf memory) {
        return WorkReceipts.Leaf(run, node, 1, index, sha256(abi.encode(index)), units);
    }

    function postedAndDisputed(uint256 run) private returns (bytes32 subject, bytes32 other) {
        subject = posted(run, WorkReceipts.Severity.SOFT);
        other = receipts.leafOf(leaf(run, 1, 6));
    }

    /// 10 units in two leaves, the first of them disputed.
    function posted(uint256 run, WorkReceipts.Severity severity) private returns (bytes32 subject) {
        bytes32 first = receipts.leafOf(leaf(run, 0, 4));
        bytes32 second = receipts.leafOf(leaf(run, 1, 6));
        WorkReceipts.NodeWork[] memory work = new WorkReceipts.NodeWork[](1);
        work[0] = WorkReceipts.NodeWork(node, pair(first, second), 10, 2);
        vm.prank(manager);
        receipts.post(run, 1, work, 0, "");
        WorkReceipts.Leaf memory shown = leaf(run, 0, 4);
        vm.prank(V1);
        subject = receipts.dispute(shown, proof(second), severity);
    }

    function gasOfQuitting(uint256 members) private returns (uint256 used) {
        uint256 key = 0x9000 + members * 100;
        address account = vm.addr(key);
        vm.prank(ADMIN);
        token.mint(account, 1_000_000 * AI);
        whitelisted(account, 1_000_000 * AI);
        vm.prank(BUYER);
        uint256 run = runs.create(Runs.Terms(manager, uint32(members), 1, uint64(block.timestamp + 1 days), "", ""));
        vm.prank(manager);
        runs.start(run);
        address last;
        for (uint256 i = 1; i <= members; ++i) {
            last = validated(account, key + i);
            joined(run, last);
        }
        vm.prank(last);
        used = gasleft();
        memberships.quit(last);
        used -= gasleft();
        eq(memberships.memberCount(run), members - 1, "one left");
    }
}

/// Instead of a token: it says no and does not revert.
contract Falsehood {
    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(false);
    }
}
