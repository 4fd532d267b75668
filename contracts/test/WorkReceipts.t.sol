// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IComputeNodes} from "../src/interfaces/IComputeNodes.sol";
import {IRuns} from "../src/interfaces/IRuns.sol";
import {WorkReceipts} from "../src/WorkReceipts.sol";
import {Network} from "./Network.sol";

contract WorkReceiptsTest is Network {
    WorkReceipts.Severity private constant SOFT = WorkReceipts.Severity.SOFT;
    WorkReceipts.Severity private constant HARD = WorkReceipts.Severity.HARD;

    uint256 private run;
    WorkReceipts.Leaf private first;
    WorkReceipts.Leaf private second;

    function setUp() public override {
        super.setUp();
        run = active();
        first = WorkReceipts.Leaf(run, node, 5, 0, sha256("one"), 300);
        second = WorkReceipts.Leaf(run, node, 5, 1, sha256("two"), 200);
    }

    function work(address one, uint96 units) private view returns (WorkReceipts.NodeWork[] memory all) {
        all = new WorkReceipts.NodeWork[](1);
        all[0] = WorkReceipts.NodeWork(one, pair(receipts.leafOf(first), receipts.leafOf(second)), units, 2);
    }

    function posted(uint96 units) private {
        posting(units, "");
    }

    /// Must revert with the facts, unless there are none.
    function posting(uint96 units, bytes memory facts) private {
        WorkReceipts.NodeWork[] memory all = work(node, units);
        if (facts.length != 0) refused(facts);
        vm.prank(manager);
        receipts.post(run, 5, all, bytes32("digest"), "ipfs://receipts");
    }

    function siblingOf(bool ofFirst) private view returns (bytes32[] memory) {
        return proof(receipts.leafOf(ofFirst ? second : first));
    }

    function disputed(bool theFirst, WorkReceipts.Severity severity) private returns (bytes32) {
        return disputing(theFirst, severity, "");
    }

    function disputing(bool theFirst, WorkReceipts.Severity severity, bytes memory facts) private returns (bytes32) {
        bytes32[] memory path = siblingOf(theFirst);
        WorkReceipts.Leaf memory leaf = theFirst ? first : second;
        if (facts.length != 0) refused(facts);
        vm.prank(V1);
        return receipts.dispute(leaf, path, severity);
    }

    function judged(bytes32 subject, bool good) private {
        vote(V1, address(receipts), subject, 0, good ? APPROVED : REJECTED);
        vote(V3, address(receipts), subject, 0, good ? APPROVED : REJECTED);
    }

    function counted() private view returns (uint256) {
        return receipts.unitsOf(run, node, 5);
    }

    // posting

    function test_a_manager_posts_a_root_for_a_node_and_epoch() public {
        posted(500);
        WorkReceipts.Batch memory batch = receipts.get(run, node, 5);
        eq(batch.root, pair(receipts.leafOf(first), receipts.leafOf(second)), "root");
        eq(batch.provider, provider, "provider");
        eq(batch.leaves, 2, "leaves");
        eq(batch.postedAt, block.timestamp, "posted");
        eq(counted(), 500, "units");
        yes(receipts.isPart(first, siblingOf(true)), "part");
        no(receipts.isPart(first, siblingOf(false)), "not with that proof");
        posting(500, abi.encodeWithSelector(WorkReceipts.WorkReceipts_AlreadyPosted.selector, run, node, 5));
    }

    function test_what_is_posted_is_bounded() public {
        posting(1_001, abi.encodeWithSelector(WorkReceipts.WorkReceipts_UnitsExceeded.selector, 1_001, 1_000));
        WorkReceipts.NodeWork[] memory all = work(otherNode, 1);
        vm.startPrank(manager);
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_NeverJoined.selector, run, otherNode));
        receipts.post(run, 5, all, 0, "");
        all[0].root = 0;
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_ZeroRoot.selector, otherNode));
        receipts.post(run, 5, all, 0, "");
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_TooManyPosts.selector, 65, 64));
        receipts.post(run, 5, new WorkReceipts.NodeWork[](65), 0, "");
        vm.stopPrank();
    }

    function test_only_the_runs_manager_posts() public {
        WorkReceipts.NodeWork[] memory all = work(node, 1);
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_NotManager.selector, run, BUYER));
        vm.prank(BUYER);
        receipts.post(run, 5, all, 0, "");
        vm.prank(BUYER);
        uint256 pending = runs.create(terms());
        refused(
            abi.encodeWithSelector(WorkReceipts.WorkReceipts_RunNeverOpen.selector, pending, IRuns.RunStatus.PENDING)
        );
        vm.prank(manager);
        receipts.post(pending, 5, all, 0, "");
    }

    function test_a_pause_stops_posts_and_disputes() public {
        posted(500);
        vm.prank(PAUSER);
        receipts.pause();
        posting(500, abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        paused();
        receipts.dispute(first, new bytes32[](0), SOFT);
    }

    // disputing

    function test_a_soft_invalidation_takes_the_leafs_units() public {
        posted(500);
        bytes32 subject = disputed(true, SOFT);
        eq(receipts.disputeOf(subject).units, 300, "units of the leaf");
        judged(subject, false);
        eq(counted(), 200, "units");
        eq(uint256(receipts.severityOf(receipts.leafOf(first))), uint256(SOFT), "soft");
        eq(uint256(nodes.stateOf(node)), uint256(IComputeNodes.NodeState.ACTIVE), "the node goes on");
        eq(providers.slashCount(), 0, "no slash");
    }

    function test_a_hard_invalidation_also_ejects_and_proposes_a_slash() public {
        posted(500);
        judged(disputed(false, HARD), false);
        eq(counted(), 300, "units");
        eq(uint256(nodes.stateOf(node)), uint256(IComputeNodes.NodeState.EJECTED), "ejected");
        eq(providers.slashOf(1).provider, provider, "whose stake");
        eq(providers.slashOf(1).amount, 20 * AI, "how much");
        // a second one finds the node ejected already
        judged(disputed(true, HARD), false);
        eq(providers.slashCount(), 2, "slashes");
    }

    function test_soft_may_become_hard_and_takes_the_units_once() public {
        posted(500);
        judged(disputed(true, SOFT), false);
        judged(disputed(true, HARD), false);
        eq(counted(), 200, "units");
        eq(uint256(receipts.severityOf(receipts.leafOf(first))), uint256(HARD), "hard");
        bytes32 leaf = receipts.leafOf(first);
        disputing(true, SOFT, abi.encodeWithSelector(WorkReceipts.WorkReceipts_AlreadyInvalid.selector, leaf, HARD));
    }

    function test_both_open_at_once_take_the_units_once() public {
        posted(500);
        bytes32 soft = disputed(true, SOFT);
        bytes32 hard = disputed(true, HARD);
        judged(hard, false);
        judged(soft, false);
        eq(counted(), 200, "units");
        eq(uint256(receipts.severityOf(receipts.leafOf(first))), uint256(HARD), "stays hard");
    }

    function test_good_work_is_upheld_for_good() public {
        posted(500);
        bytes32 subject = disputed(true, SOFT);
        judged(subject, true);
        eq(counted(), 500, "units");
        bytes memory over = abi.encodeWithSelector(WorkReceipts.WorkReceipts_NoDispute.selector, subject);
        refused(over);
        vote(V2, address(receipts), subject, 0, REJECTED);
        disputing(true, SOFT, abi.encodeWithSelector(WorkReceipts.WorkReceipts_AlreadyDisputed.selector, subject));
    }

    function test_a_tree_of_more_than_was_posted_takes_no_more_than_was_posted() public {
        posted(100);
        judged(disputed(true, SOFT), false);
        eq(counted(), 0, "units");
        judged(disputed(false, SOFT), false);
        eq(counted(), 0, "still none");
    }

    function test_who_left_meanwhile_is_found_and_whoever_has_the_node_now_is_not() public {
        posted(500);
        bytes32 subject = disputed(true, HARD);
        vm.startPrank(provider);
        memberships.quit(node);
        nodes.remove(node);
        providers.deregister();
        vm.stopPrank();
        registered(otherProvider, 1_000 * AI);
        added(otherProvider, NODE_KEY);
        judged(subject, false);
        eq(providers.slashOf(1).provider, provider, "who did the work");
        eq(uint256(nodes.stateOf(node)), uint256(IComputeNodes.NodeState.REGISTERED), "not the new owner");
    }

    function test_nothing_left_to_slash_keeps_no_verdict_up() public {
        posted(500);
        bytes32 subject = disputed(true, HARD);
        vm.prank(SLASHER);
        providers.proposeSlash(provider, type(uint128).max, "all");
        judged(subject, false);
        eq(providers.slashCount(), 1, "only the first");
        viaTimelock(
            address(receipts), abi.encodeCall(WorkReceipts.setParameters, (WorkReceipts.Parameters(30 days, 0)))
        );
        vm.prank(SLASHER);
        providers.withdrawSlash(1, "");
        judged(disputed(false, HARD), false);
        eq(providers.slashCount(), 1, "no slash where the parameter is 0");
        eq(receipts.parameters().window, 30 days, "window");
    }

    function test_only_validators_dispute_and_only_what_is_posted() public {
        bytes32[] memory none = new bytes32[](0);
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_NotValidator.selector, STRANGER));
        vm.prank(STRANGER);
        receipts.dispute(first, none, SOFT);
        vm.startPrank(V1);
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_NotPosted.selector, run, node, 5));
        receipts.dispute(first, none, SOFT);
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_NoSeverity.selector));
        receipts.dispute(first, none, WorkReceipts.Severity.NONE);
        vm.stopPrank();
        posted(500);
        WorkReceipts.Leaf memory forged = first;
        forged.units = 301;
        bytes32 leaf = receipts.leafOf(forged);
        bytes32[] memory path = siblingOf(true);
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_ProofInvalid.selector, leaf));
        vm.prank(V1);
        receipts.dispute(forged, path, SOFT);
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_NoDispute.selector, leaf));
        vote(V1, address(receipts), leaf, 0, REJECTED);
    }

    function test_what_is_old_is_neither_disputed_nor_judged() public {
        posted(500);
        uint256 until = block.timestamp + WINDOW;
        bytes32 subject = disputed(true, SOFT);
        vote(V1, address(receipts), subject, 0, REJECTED);
        vm.warp(until);
        bytes memory over = abi.encodeWithSelector(WorkReceipts.WorkReceipts_WindowOver.selector, until);
        refused(over);
        vote(V2, address(receipts), subject, 0, REJECTED);
        bytes32[] memory path = siblingOf(false);
        refused(over);
        vm.prank(V1);
        receipts.dispute(second, path, SOFT);
    }

    function test_verdicts_come_from_the_validators_contract() public {
        bytes32 role = receipts.VERDICT_ROLE();
        unauthorized(V1, role);
        vm.prank(V1);
        receipts.onVerdict(0, REJECTED, 0);
        refused(abi.encodeWithSelector(WorkReceipts.WorkReceipts_WindowTooLong.selector, 30 days + 1, 30 days));
        vm.prank(address(timelock));
        receipts.setParameters(WorkReceipts.Parameters(30 days + 1, 0));
    }

    function testFuzz_invalidations_take_what_the_leaves_say(uint96 posted_, uint96 one, uint96 other) public {
        posted_ = uint96(bound(posted_, 0, 1_000));
        first.units = uint96(bound(one, 0, 2_000));
        second.units = other;
        posted(posted_);
        judged(disputed(true, SOFT), false);
        uint256 left = posted_ > first.units ? posted_ - first.units : 0;
        eq(counted(), left, "after the first");
        judged(disputed(false, SOFT), false);
        eq(counted(), left > other ? left - other : 0, "after the second");
    }
}
