// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRuns} from "../src/interfaces/IRuns.sol";
import {Runs} from "../src/Runs.sol";
import {Network} from "./Network.sol";

contract RunsTest is Network {
    IRuns.RunStatus private constant PENDING = IRuns.RunStatus.PENDING;
    IRuns.RunStatus private constant OPEN = IRuns.RunStatus.OPEN;
    IRuns.RunStatus private constant ENDED = IRuns.RunStatus.ENDED;

    uint256 private run;

    function setUp() public override {
        super.setUp();
        vm.prank(BUYER);
        run = runs.create(terms());
    }

    function status(IRuns.RunStatus expected) private view {
        eq(uint256(runs.statusOf(run)), uint256(expected), "status");
    }

    function wrongStatus(IRuns.RunStatus given) private {
        refused(abi.encodeWithSelector(Runs.Runs_WrongStatus.selector, run, given));
    }

    function test_a_run_goes_from_pending_to_open_to_ended() public {
        status(PENDING);
        eq(uint256(runs.statusOf(99)), uint256(IRuns.RunStatus.UNKNOWN), "unknown");
        vm.startPrank(manager);
        runs.start(run);
        status(OPEN);
        wrongStatus(OPEN);
        runs.start(run);
        runs.end(run);
        status(ENDED);
        eq(runs.endOf(run), block.timestamp, "ended now");
        wrongStatus(ENDED);
        runs.end(run);
        wrongStatus(ENDED);
        runs.start(run);
        vm.stopPrank();
    }

    function test_a_run_ends_by_itself() public {
        vm.prank(BUYER);
        runs.start(run);
        vm.warp(runs.endOf(run) - 1);
        status(OPEN);
        vm.warp(runs.endOf(run));
        status(ENDED);
    }

    function test_what_was_agreed_is_kept() public view {
        Runs.Run memory one = runs.get(run);
        eq(one.owner, BUYER, "owner");
        eq(one.manager, manager, "manager");
        eq(one.maxNodes, 3, "nodes");
        eq(one.maxUnits, 1_000, "units");
        eq(one.createdAt, block.timestamp, "created");
        eq(one.requirements, "gpu:count=8", "requirements");
        eq(one.discoveryUri, "https://discovery.example/v1", "discovery");
        eq(runs.ownerOf(run), BUYER, "owner");
        eq(runs.managerOf(run), manager, "manager");
        eq(runs.maxNodesOf(run), 3, "nodes");
        eq(runs.maxUnitsOf(run), 1_000, "units");
        eq(runs.count(), 1, "count");
        eq(runs.ownedCount(BUYER), 1, "owned");
    }

    function test_impossible_terms_are_refused() public {
        Runs.Terms memory wrong = terms();
        wrong.manager = address(0);
        refused(abi.encodeWithSelector(Runs.Runs_ZeroManager.selector));
        runs.create(wrong);
        wrong = terms();
        wrong.maxNodes = 0;
        refused(abi.encodeWithSelector(Runs.Runs_ZeroLimit.selector));
        runs.create(wrong);
        wrong = terms();
        wrong.maxUnits = 0;
        refused(abi.encodeWithSelector(Runs.Runs_ZeroLimit.selector));
        runs.create(wrong);
        wrong = terms();
        wrong.endsBy = uint64(block.timestamp);
        refused(abi.encodeWithSelector(Runs.Runs_EndInThePast.selector, block.timestamp, block.timestamp));
        runs.create(wrong);
    }

    function test_a_stranger_changes_nothing() public {
        vm.startPrank(STRANGER);
        notManager(STRANGER);
        runs.start(run);
        notManager(STRANGER);
        runs.end(run);
        notManager(STRANGER);
        runs.setDiscoveryUri(run, "");
        vm.stopPrank();
        // and the manager only what is a manager's
        vm.startPrank(manager);
        notOwner(manager);
        runs.extend(run, type(uint64).max);
        notOwner(manager);
        runs.setManager(run, manager);
        notOwner(manager);
        runs.setLimits(run, 1, 1);
        notOwner(manager);
        runs.setRequirements(run, "");
        vm.stopPrank();
    }

    function notManager(address account) private {
        refused(abi.encodeWithSelector(Runs.Runs_NotManager.selector, run, account));
    }

    function notOwner(address account) private {
        refused(abi.encodeWithSelector(Runs.Runs_NotOwner.selector, run, account));
    }

    function test_a_run_that_is_not_there_is_named() public {
        bytes memory unknown = abi.encodeWithSelector(Runs.Runs_Unknown.selector, 99);
        refused(unknown);
        runs.get(99);
        refused(unknown);
        runs.start(99);
        refused(unknown);
        runs.end(99);
        refused(unknown);
        runs.setManager(99, manager);
    }

    function test_the_owner_changes_manager_limits_and_end() public {
        vm.startPrank(BUYER);
        runs.setManager(run, otherManager);
        eq(runs.managerOf(run), otherManager, "manager");
        refused(abi.encodeWithSelector(Runs.Runs_ZeroManager.selector));
        runs.setManager(run, address(0));
        runs.setLimits(run, 7, 8);
        eq(runs.maxNodesOf(run), 7, "nodes");
        eq(runs.maxUnitsOf(run), 8, "units");
        refused(abi.encodeWithSelector(Runs.Runs_ZeroLimit.selector));
        runs.setLimits(run, 0, 8);
        uint64 endsBy = runs.endOf(run);
        refused(abi.encodeWithSelector(Runs.Runs_EndBroughtForward.selector, endsBy, endsBy));
        runs.extend(run, endsBy);
        runs.extend(run, endsBy + 1);
        eq(runs.endOf(run), endsBy + 1, "end");
        runs.setDiscoveryUri(run, "https://elsewhere.example");
        eq(runs.get(run).discoveryUri, "https://elsewhere.example", "discovery");
        vm.stopPrank();
    }

    function test_what_ended_does_not_change() public {
        vm.startPrank(BUYER);
        runs.end(run);
        wrongStatus(ENDED);
        runs.extend(run, type(uint64).max);
        wrongStatus(ENDED);
        runs.setManager(run, otherManager);
        wrongStatus(ENDED);
        runs.setLimits(run, 1, 1);
        wrongStatus(ENDED);
        runs.setDiscoveryUri(run, "");
        wrongStatus(ENDED);
        runs.setRequirements(run, "");
        vm.stopPrank();
    }

    function test_an_operator_ends_any_run() public {
        vm.prank(OPERATOR);
        runs.end(run);
        status(ENDED);
    }

    function test_a_pause_stops_new_runs_and_no_end() public {
        vm.prank(PAUSER);
        runs.pause();
        vm.startPrank(BUYER);
        paused();
        runs.create(terms());
        paused();
        runs.start(run);
        paused();
        runs.extend(run, type(uint64).max);
        runs.end(run);
        vm.stopPrank();
    }
}
