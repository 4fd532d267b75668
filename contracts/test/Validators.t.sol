// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVerdictTarget} from "../src/interfaces/IVerdictTarget.sol";
import {Validators} from "../src/Validators.sol";
import {Network} from "./Network.sol";

contract ValidatorsTest is Network {
    bytes32 private subject;
    uint64 private round;

    function setUp() public override {
        super.setUp();
        whitelisted(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        subject = nodes.subjectOf(node);
        round = nodes.get(node).round;
    }

    function votes(address one) private {
        vote(one, address(nodes), subject, round, APPROVED);
    }

    function outOfRange(uint256 threshold, uint256 count) private {
        refused(abi.encodeWithSelector(Validators.Validators_ThresholdOutOfRange.selector, threshold, count));
    }

    function test_k_of_n_decide() public {
        votes(V1);
        no(nodes.get(node).validated, "one is not enough");
        Validators.Tally memory tally = validators.tallyOf(address(nodes), subject, round);
        eq(tally.approvals, 1, "approvals");
        eq(tally.rejections, 0, "rejections");
        eq(uint256(validators.voteOf(address(nodes), subject, round, V1)), uint256(APPROVED), "vote");
        votes(V3);
        yes(nodes.get(node).validated, "two are");
        eq(validators.threshold(), 2, "threshold");
        eq(validators.count(), 3, "count");
        eq(validators.list(0, 3).length, 3, "listed");
    }

    function test_approvals_and_rejections_are_counted_apart() public {
        votes(V1);
        vote(V2, address(nodes), subject, round, REJECTED);
        no(nodes.get(node).validated, "one each");
        eq(nodes.get(node).round, round, "undecided");
        vote(V3, address(nodes), subject, round, REJECTED);
        eq(nodes.get(node).round, round + 1, "decided");
        no(nodes.get(node).validated, "rejected");
    }

    function test_each_votes_once_in_a_round() public {
        votes(V1);
        refused(abi.encodeWithSelector(Validators.Validators_AlreadyVoted.selector, V1, subject, round));
        votes(V1);
        refused(abi.encodeWithSelector(Validators.Validators_AlreadyVoted.selector, V1, subject, round));
        vote(V1, address(nodes), subject, round, REJECTED);
    }

    function test_a_decided_round_is_over() public {
        approve(node);
        refused(abi.encodeWithSelector(Validators.Validators_WrongRound.selector, round, round + 1));
        votes(V3);
        vote(V3, address(nodes), subject, round + 1, REJECTED);
    }

    function test_strangers_and_strange_targets_are_refused() public {
        refused(abi.encodeWithSelector(Validators.Validators_NotValidator.selector, STRANGER));
        votes(STRANGER);
        refused(abi.encodeWithSelector(Validators.Validators_NotTarget.selector, STRANGER));
        vote(V1, STRANGER, subject, round, APPROVED);
        refused(abi.encodeWithSelector(Validators.Validators_NoVerdict.selector));
        vote(V1, address(nodes), subject, round, IVerdictTarget.Verdict.NONE);
        refused(abi.encodeWithSelector(Validators.Validators_NoVerdict.selector));
        validators.settle(address(nodes), subject, round, IVerdictTarget.Verdict.NONE);
    }

    function test_a_pause_stops_votes() public {
        vm.prank(PAUSER);
        validators.pause();
        paused();
        votes(V1);
        paused();
        validators.settle(address(nodes), subject, round, APPROVED);
    }

    // rotation

    function test_who_is_removed_counts_no_more_at_once() public {
        votes(V1);
        vm.prank(OPERATOR);
        validators.replace(V1, V4);
        eq(validators.tallyOf(address(nodes), subject, round).approvals, 0, "gone");
        no(validators.isValidator(V1), "no validator");
        refused(abi.encodeWithSelector(Validators.Validators_NotValidator.selector, V1));
        votes(V1);
        votes(V2);
        no(nodes.get(node).validated, "one of them was removed");
        votes(V4);
        yes(nodes.get(node).validated, "two that are validators now");
    }

    function test_what_a_rotation_makes_a_quorum_is_settled() public {
        votes(V1);
        refused(abi.encodeWithSelector(Validators.Validators_NoQuorum.selector, 1, 2));
        validators.settle(address(nodes), subject, round, APPROVED);
        viaTimelock(address(validators), abi.encodeCall(Validators.setThreshold, (1)));
        validators.settle(address(nodes), subject, round, APPROVED);
        yes(nodes.get(node).validated, "by the new threshold");
    }

    function test_a_threshold_can_be_met() public {
        vm.startPrank(address(timelock));
        outOfRange(0, 3);
        validators.setThreshold(0);
        outOfRange(4, 3);
        validators.setThreshold(4);
        vm.stopPrank();
        vm.startPrank(OPERATOR);
        validators.remove(V3);
        outOfRange(2, 1);
        validators.remove(V2);
        vm.stopPrank();
    }

    function test_members_are_distinct_and_bounded() public {
        bytes32 role = validators.OPERATOR_ROLE();
        unauthorized(V1, role);
        vm.prank(V1);
        validators.add(V4);
        unauthorized(V1, role);
        vm.prank(V1);
        validators.remove(V2);
        unauthorized(V1, role);
        vm.prank(V1);
        validators.replace(V2, V4);
        vm.startPrank(OPERATOR);
        refused(abi.encodeWithSelector(Validators.Validators_AlreadyValidator.selector, V1));
        validators.add(V1);
        refused(abi.encodeWithSelector(Validators.Validators_ZeroAddress.selector));
        validators.add(address(0));
        refused(abi.encodeWithSelector(Validators.Validators_NotValidator.selector, V4));
        validators.remove(V4);
        for (uint160 i = 4; i <= 32; ++i) {
            validators.add(address(0xD000 + i));
        }
        refused(abi.encodeWithSelector(Validators.Validators_TooMany.selector, 32));
        validators.add(V4);
        vm.stopPrank();
    }

    function test_a_target_hears_one_verdict_of_a_round() public {
        // a target that keeps its round open, as none of ours does
        Stubborn target = new Stubborn();
        bytes32 role = validators.TARGET_ROLE();
        vm.prank(ADMIN);
        validators.grantRole(role, address(target));
        vote(V1, address(target), subject, 0, APPROVED);
        vote(V2, address(target), subject, 0, APPROVED);
        eq(target.verdicts(), 1, "told");
        refused(abi.encodeWithSelector(Validators.Validators_AlreadyDecided.selector, subject, 0));
        vote(V3, address(target), subject, 0, APPROVED);
        refused(abi.encodeWithSelector(Validators.Validators_AlreadyDecided.selector, subject, 0));
        validators.settle(address(target), subject, 0, APPROVED);
    }
}

contract Stubborn is IVerdictTarget {
    uint256 public verdicts;

    function onVerdict(bytes32, Verdict, uint16) external {
        ++verdicts;
    }

    function roundOf(bytes32, Verdict) external pure returns (uint64) {
        return 0;
    }
}
