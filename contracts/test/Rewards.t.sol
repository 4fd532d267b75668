// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Rewards} from "../src/Rewards.sol";
import {Network} from "./Network.sol";

contract RewardsTest is Network {
    uint256 private constant TOTAL = 1_000 * AI;
    uint256 private constant FIRST = 600 * AI;
    uint256 private constant SECOND = 400 * AI;

    address private alice = vm.addr(0x41);
    address private bob = vm.addr(0x42);
    bytes32 private leafA;
    bytes32 private leafB;

    function setUp() public override {
        super.setUp();
        funded(TOTAL);
        leafA = rewards.leafOf(alice, FIRST);
        leafB = rewards.leafOf(bob, SECOND);
    }

    function posted(uint64 epoch) private {
        vm.prank(POSTER);
        rewards.post(epoch, pair(leafA, leafB), TOTAL, bytes32("digest"), "ipfs://leaves");
    }

    function live(uint64 epoch) private {
        posted(epoch);
        vm.warp(block.timestamp + WINDOW);
    }

    function nothing(address account, uint256 cumulative, uint256 claimed) private {
        refused(abi.encodeWithSelector(Rewards.Rewards_NothingToClaim.selector, account, cumulative, claimed));
    }

    // posting

    function test_a_root_is_active_after_its_window() public {
        posted(1);
        uint64 activeAt = uint64(block.timestamp) + WINDOW;
        Rewards.Root memory root = rewards.rootOf(1);
        eq(root.hash, pair(leafA, leafB), "root");
        eq(root.activeAt, activeAt, "active at");
        eq(root.total, TOTAL, "total");
        eq(rewards.lastEpoch(), 1, "epoch");
        vm.warp(activeAt - 1);
        no(rewards.isActive(1), "not yet");
        refused(abi.encodeWithSelector(Rewards.Rewards_RootPending.selector, 1, activeAt));
        rewards.claim(1, alice, FIRST, proof(leafB));
        vm.warp(activeAt);
        yes(rewards.isActive(1), "now");
        rewards.claim(1, alice, FIRST, proof(leafB));
        eq(token.balanceOf(alice), FIRST, "paid");
    }

    function test_epochs_follow_each_other() public {
        refused(abi.encodeWithSelector(Rewards.Rewards_EpochOutOfOrder.selector, 2, 1));
        posted(2);
        posted(1);
        refused(abi.encodeWithSelector(Rewards.Rewards_EpochOutOfOrder.selector, 1, 2));
        posted(1);
    }

    function test_only_what_is_funded_is_promised() public {
        vm.startPrank(POSTER);
        refused(abi.encodeWithSelector(Rewards.Rewards_Underfunded.selector, TOTAL + 1, TOTAL));
        rewards.post(1, leafA, TOTAL + 1, 0, "");
        refused(abi.encodeWithSelector(Rewards.Rewards_ZeroRoot.selector));
        rewards.post(1, 0, TOTAL, 0, "");
        vm.stopPrank();
        bytes32 role = rewards.POSTER_ROLE();
        unauthorized(OPERATOR, role);
        vm.prank(OPERATOR);
        rewards.post(1, leafA, TOTAL, 0, "");
    }

    function test_funding_is_counted() public {
        (uint256 given, uint256 claimed) = rewards.totals();
        eq(given, TOTAL, "funded");
        eq(claimed, 0, "claimed");
        refused(abi.encodeWithSelector(Rewards.Rewards_ZeroAmount.selector));
        rewards.fund(0);
        refused(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 128, type(uint256).max));
        rewards.fund(type(uint256).max);
        eq(address(rewards.token()), address(token), "token");
    }

    function test_there_is_always_a_root_to_claim_from() public {
        uint64 kept = uint64(rewards.KEPT_ROOTS());
        for (uint64 epoch = 1; epoch < kept; ++epoch) {
            posted(epoch);
        }
        uint64 activeAt = rewards.rootOf(1).activeAt;
        refused(abi.encodeWithSelector(Rewards.Rewards_TooManyPending.selector, 1, activeAt));
        posted(kept);
        vm.warp(activeAt);
        posted(kept);
        posted(kept + 1);
        refused(abi.encodeWithSelector(Rewards.Rewards_NoRoot.selector, 1));
        rewards.claim(1, alice, FIRST, proof(leafB));
        rewards.claim(2, alice, FIRST, proof(leafB));
    }

    // withdrawing a root

    function test_the_poster_withdraws_a_wrong_root_in_time() public {
        posted(1);
        bytes32 role = rewards.POSTER_ROLE();
        unauthorized(OPERATOR, role);
        vm.prank(OPERATOR);
        rewards.withdrawRoot(1, 3);
        vm.startPrank(POSTER);
        rewards.withdrawRoot(1, 3);
        bytes memory gone = abi.encodeWithSelector(Rewards.Rewards_NoRoot.selector, 1);
        refused(gone);
        rewards.withdrawRoot(1, 3);
        vm.stopPrank();
        vm.warp(block.timestamp + WINDOW);
        no(rewards.isActive(1), "never active");
        refused(gone);
        rewards.claim(1, alice, FIRST, proof(leafB));
        live(2);
        rewards.claim(2, alice, FIRST, proof(leafB));
        posted(3);
        vm.warp(block.timestamp + WINDOW);
        uint64 activeAt = rewards.rootOf(3).activeAt;
        refused(abi.encodeWithSelector(Rewards.Rewards_RootActive.selector, 3, activeAt));
        vm.prank(POSTER);
        rewards.withdrawRoot(3, 3);
    }

    function test_a_quorum_of_validators_withdraws_a_wrong_root_in_time() public {
        posted(1);
        bytes32 subject = rewards.subjectOf(1);
        vote(V1, address(rewards), subject, 0, REJECTED);
        vote(V2, address(rewards), subject, 0, REJECTED);
        vm.warp(block.timestamp + WINDOW);
        no(rewards.isActive(1), "withdrawn");
        refused(abi.encodeWithSelector(Rewards.Rewards_NoRoot.selector, 1));
        vote(V3, address(rewards), subject, 0, REJECTED);
        posted(2);
        subject = rewards.subjectOf(2);
        vote(V1, address(rewards), subject, 0, REJECTED);
        uint64 activeAt = rewards.rootOf(2).activeAt;
        vm.warp(activeAt);
        refused(abi.encodeWithSelector(Rewards.Rewards_RootActive.selector, 2, activeAt));
        vote(V2, address(rewards), subject, 0, REJECTED);
        yes(rewards.isActive(2), "too late");
    }

    function test_approvals_cannot_shield_a_root() public {
        posted(1);
        bytes32 subject = rewards.subjectOf(1);
        refused(abi.encodeWithSelector(Rewards.Rewards_OnlyRejections.selector));
        vote(V1, address(rewards), subject, 0, APPROVED);
        bytes32 role = rewards.VERDICT_ROLE();
        unauthorized(V1, role);
        vm.prank(V1);
        rewards.onVerdict(subject, REJECTED, 0);
    }

    // claiming

    function test_an_account_claims_once_and_then_what_was_added() public {
        live(1);
        vm.prank(alice);
        eq(rewards.claim(1, alice, FIRST, proof(leafB)), FIRST, "amount");
        eq(rewards.claimedOf(alice), FIRST, "claimed");
        nothing(alice, FIRST, FIRST);
        rewards.claim(1, alice, FIRST, proof(leafB));
        funded(100);
        leafA = rewards.leafOf(alice, FIRST + 100);
        vm.prank(POSTER);
        rewards.post(2, pair(leafA, leafB), TOTAL + 100, 0, "");
        vm.warp(block.timestamp + WINDOW);
        eq(rewards.claim(2, alice, FIRST + 100, proof(leafB)), 100, "the difference");
        eq(rewards.claim(2, bob, SECOND, proof(leafA)), SECOND, "both epochs at once");
        (uint256 given, uint256 claimed) = rewards.totals();
        eq(given, claimed, "all is claimed");
        eq(token.balanceOf(address(rewards)), 0, "and gone");
    }

    function test_a_wrong_proof_is_refused() public {
        live(1);
        refused(abi.encodeWithSelector(Rewards.Rewards_ProofInvalid.selector, alice, 1));
        rewards.claim(1, alice, FIRST + 1, proof(leafB));
        refused(abi.encodeWithSelector(Rewards.Rewards_ProofInvalid.selector, bob, 1));
        rewards.claim(1, bob, FIRST, proof(leafB));
        refused(abi.encodeWithSelector(Rewards.Rewards_NoRoot.selector, 9));
        rewards.claim(9, alice, FIRST, proof(leafB));
        refused(abi.encodeWithSelector(Rewards.Rewards_NoRoot.selector, 0));
        rewards.claim(0, alice, FIRST, proof(leafB));
    }

    function test_a_root_pays_no_more_than_its_total() public {
        vm.prank(POSTER);
        rewards.post(1, pair(leafA, leafB), FIRST, 0, "");
        vm.warp(block.timestamp + WINDOW);
        rewards.claim(1, alice, FIRST, proof(leafB));
        refused(abi.encodeWithSelector(Rewards.Rewards_TotalExceeded.selector, 1, TOTAL, FIRST));
        rewards.claim(1, bob, SECOND, proof(leafA));
    }

    function test_one_transaction_claims_for_many() public {
        live(1);
        rewards.claim(1, bob, SECOND, proof(leafA));
        Rewards.Claim[] memory claims = new Rewards.Claim[](2);
        claims[0] = Rewards.Claim(bob, SECOND, proof(leafA));
        claims[1] = Rewards.Claim(alice, FIRST, proof(leafB));
        eq(rewards.claimMany(1, claims), FIRST, "who was first is passed over");
        eq(token.balanceOf(alice), FIRST, "alice");
        eq(token.balanceOf(bob), SECOND, "bob");
        claims[0] = Rewards.Claim(bob, SECOND + 1, proof(leafA));
        refused(abi.encodeWithSelector(Rewards.Rewards_ProofInvalid.selector, bob, 1));
        rewards.claimMany(1, claims);
        refused(abi.encodeWithSelector(Rewards.Rewards_TooManyClaims.selector, 65, 64));
        rewards.claimMany(1, new Rewards.Claim[](65));
    }

    // claiming to elsewhere

    function notAllowed(address caller, address recipient) private {
        refused(abi.encodeWithSelector(Rewards.Rewards_NotAllowed.selector, alice, caller, recipient));
    }

    function test_an_account_claims_to_wherever_it_wants() public {
        live(1);
        notAllowed(STRANGER, STRANGER);
        vm.prank(STRANGER);
        rewards.claimTo(1, alice, FIRST, proof(leafB), STRANGER);
        vm.prank(alice);
        rewards.claimTo(1, alice, FIRST, proof(leafB), TREASURY);
        eq(token.balanceOf(TREASURY), FIRST, "paid");
    }

    function test_a_delegate_claims_to_the_fixed_recipient_alone() public {
        live(1);
        vm.prank(alice);
        rewards.setDelegate(node, TREASURY);
        eq(rewards.delegateOf(alice).key, node, "delegate");
        notAllowed(node, node);
        vm.prank(node);
        rewards.claimTo(1, alice, FIRST, proof(leafB), node);
        vm.prank(node);
        rewards.claimTo(1, alice, FIRST, proof(leafB), TREASURY);
        eq(token.balanceOf(TREASURY), FIRST, "paid");
    }

    function test_a_delegate_may_always_claim_to_the_account_and_is_revoked() public {
        live(1);
        vm.startPrank(alice);
        rewards.setDelegate(node, address(0));
        rewards.setDelegate(address(0), address(0));
        vm.stopPrank();
        notAllowed(node, alice);
        vm.prank(node);
        rewards.claimTo(1, alice, FIRST, proof(leafB), alice);
        vm.prank(alice);
        rewards.setDelegate(node, address(0));
        vm.prank(node);
        rewards.claimTo(1, alice, FIRST, proof(leafB), alice);
        eq(token.balanceOf(alice), FIRST, "paid");
    }

    function test_an_account_delegates_by_signature() public {
        Rewards.Delegation memory one = Rewards.Delegation(alice, node, TREASURY, 0, block.timestamp);
        bytes memory signature = sign(0x41, rewards.delegationDigest(one));
        one.recipient = node;
        refused(abi.encodeWithSelector(Rewards.Rewards_SignatureInvalid.selector, alice));
        rewards.setDelegateFor(one, signature);
        one.recipient = TREASURY;
        rewards.setDelegateFor(one, signature);
        eq(rewards.delegateOf(alice).recipient, TREASURY, "recipient");
        refused(abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, alice, 1));
        rewards.setDelegateFor(one, signature);
        one.nonce = 1;
        signature = sign(0x41, rewards.delegationDigest(one));
        vm.warp(block.timestamp + 1);
        refused(abi.encodeWithSelector(Rewards.Rewards_SignatureExpired.selector, alice, one.deadline));
        rewards.setDelegateFor(one, signature);
    }

    function test_revoking_voids_what_was_signed_before() public {
        Rewards.Delegation memory one = Rewards.Delegation(alice, node, TREASURY, 0, block.timestamp);
        bytes memory signature = sign(0x41, rewards.delegationDigest(one));
        vm.prank(alice);
        rewards.setDelegate(address(0), address(0));
        refused(abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, alice, 1));
        rewards.setDelegateFor(one, signature);
    }

    function test_a_pause_stops_posting_and_claiming() public {
        live(1);
        vm.prank(PAUSER);
        rewards.pause();
        paused();
        rewards.claim(1, alice, FIRST, proof(leafB));
        paused();
        rewards.claimMany(1, new Rewards.Claim[](0));
        paused();
        rewards.claimTo(1, alice, FIRST, proof(leafB), alice);
        paused();
        posted(2);
    }

    function test_the_window_has_a_bound() public {
        refused(abi.encodeWithSelector(Rewards.Rewards_WindowTooLong.selector, 30 days + 1, 30 days));
        vm.prank(address(timelock));
        rewards.setWindow(30 days + 1);
    }

    // trees of many accounts

    function testFuzz_every_leaf_of_a_tree_pays_exactly_its_amount(uint40[8] calldata amounts) public {
        bytes32[] memory leaves = new bytes32[](8);
        uint256 total;
        for (uint256 i; i < 8; ++i) {
            leaves[i] = rewards.leafOf(address(uint160(0x500 + i)), amounts[i]);
            total += amounts[i];
        }
        if (total == 0) return;
        funded(total);
        (bytes32 root, bytes32[][] memory proofs) = tree(leaves);
        vm.prank(POSTER);
        rewards.post(1, root, total, 0, "");
        vm.warp(block.timestamp + WINDOW);
        for (uint256 i; i < 8; ++i) {
            address account = address(uint160(0x500 + i));
            if (amounts[i] == 0) {
                nothing(account, 0, 0);
                rewards.claim(1, account, 0, proofs[i]);
            } else {
                rewards.claim(1, account, amounts[i], proofs[i]);
            }
            eq(token.balanceOf(account), amounts[i], "paid");
        }
        (, uint256 claimed) = rewards.totals();
        eq(claimed, total, "all");
    }

    function tree(bytes32[] memory leaves) private pure returns (bytes32 root, bytes32[][] memory proofs) {
        proofs = new bytes32[][](8);
        bytes32[] memory level = leaves;
        for (uint256 i; i < 8; ++i) {
            proofs[i] = new bytes32[](3);
        }
        for (uint256 depth; depth < 3; ++depth) {
            for (uint256 i; i < 8; ++i) {
                proofs[i][depth] = level[(i >> depth) ^ 1];
            }
            bytes32[] memory next = new bytes32[](level.length / 2);
            for (uint256 i; i < next.length; ++i) {
                next[i] = pair(level[2 * i], level[2 * i + 1]);
            }
            level = next;
        }
        root = level[0];
    }
}
