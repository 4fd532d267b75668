// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRuns} from "../src/interfaces/IRuns.sol";
import {RunEscrow} from "../src/RunEscrow.sol";
import {Network} from "./Network.sol";

contract RunEscrowTest is Network {
    uint256 private run;

    function setUp() public override {
        super.setUp();
        run = opened();
        vm.startPrank(BUYER);
        token.approve(address(escrow), type(uint256).max);
        escrow.deposit(run, 100);
        vm.stopPrank();
    }

    function account(uint256 free, uint256 reserved, uint256 released, uint256 refunded) private view {
        RunEscrow.Account memory one = escrow.get(run);
        eq(one.free, free, "free");
        eq(one.reserved, reserved, "reserved");
        eq(one.released, released, "released");
        eq(one.refunded, refunded, "refunded");
        eq(escrow.total(), free + reserved, "total");
        eq(token.balanceOf(address(escrow)), free + reserved, "the tokens are there");
    }

    function wrongStatus(uint256 which, IRuns.RunStatus status) private {
        refused(abi.encodeWithSelector(RunEscrow.RunEscrow_WrongStatus.selector, which, status));
    }

    function end() private {
        vm.prank(BUYER);
        runs.end(run);
    }

    function test_reserve_release_and_refund() public {
        account(100, 0, 0, 0);
        vm.startPrank(manager);
        escrow.reserve(run, 70);
        account(30, 70, 0, 0);
        escrow.release(run, 40);
        account(30, 30, 40, 0);
        escrow.unreserve(run, 10);
        account(40, 20, 40, 0);
        vm.stopPrank();
        (uint256 given,) = rewards.totals();
        eq(given, 40, "the rewards are funded");
        end();
        uint256 before = token.balanceOf(BUYER);
        vm.prank(BUYER);
        eq(escrow.refund(run), 40, "what is free at once");
        account(0, 20, 40, 40);
        uint256 until = uint256(runs.endOf(run)) + GRACE;
        refused(abi.encodeWithSelector(RunEscrow.RunEscrow_NothingToRefund.selector, run, until));
        vm.prank(BUYER);
        escrow.refund(run);
        vm.prank(manager);
        escrow.release(run, 5);
        vm.warp(until);
        vm.prank(BUYER);
        eq(escrow.refund(run), 15, "what was reserved after the grace");
        account(0, 0, 45, 55);
        eq(token.balanceOf(BUYER), before + 55, "paid");
    }

    function test_only_the_manager_reserves_and_only_who_reserved_releases() public {
        refused(abi.encodeWithSelector(RunEscrow.RunEscrow_NotManager.selector, run, BUYER));
        vm.prank(BUYER);
        escrow.reserve(run, 1);
        vm.prank(manager);
        escrow.reserve(run, 5);
        vm.startPrank(BUYER);
        bytes memory notOwn = abi.encodeWithSelector(RunEscrow.RunEscrow_ReservedExceeded.selector, run, 1, 0);
        refused(notOwn);
        escrow.unreserve(run, 1);
        refused(notOwn);
        escrow.release(run, 1);
        vm.stopPrank();
    }

    function test_an_owner_takes_nothing_back_by_naming_another_manager() public {
        vm.prank(manager);
        escrow.reserve(run, 70);
        vm.startPrank(BUYER);
        runs.setManager(run, BUYER);
        escrow.reserve(run, 10);
        refused(abi.encodeWithSelector(RunEscrow.RunEscrow_ReservedExceeded.selector, run, 11, 10));
        escrow.unreserve(run, 11);
        escrow.unreserve(run, 10);
        runs.end(run);
        eq(escrow.refund(run), 30, "what was free alone");
        vm.stopPrank();
        eq(escrow.reservedBy(run, manager), 70, "still the first manager's");
        vm.prank(manager);
        escrow.release(run, 70);
        account(0, 0, 70, 30);
    }

    function test_only_the_owner_is_refunded_and_only_at_the_end() public {
        refused(abi.encodeWithSelector(RunEscrow.RunEscrow_NotOwner.selector, run, manager));
        vm.prank(manager);
        escrow.refund(run);
        wrongStatus(run, IRuns.RunStatus.OPEN);
        vm.prank(BUYER);
        escrow.refund(run);
    }

    function test_no_more_is_moved_than_there_is() public {
        vm.startPrank(manager);
        refused(abi.encodeWithSelector(RunEscrow.RunEscrow_FreeExceeded.selector, run, 101, 100));
        escrow.reserve(run, 101);
        escrow.reserve(run, 60);
        refused(abi.encodeWithSelector(RunEscrow.RunEscrow_ReservedExceeded.selector, run, 61, 60));
        escrow.release(run, 61);
        refused(abi.encodeWithSelector(RunEscrow.RunEscrow_ReservedExceeded.selector, run, 61, 60));
        escrow.unreserve(run, 61);
        bytes memory zero = abi.encodeWithSelector(RunEscrow.RunEscrow_ZeroAmount.selector);
        refused(zero);
        escrow.reserve(run, 0);
        refused(zero);
        escrow.release(run, 0);
        refused(zero);
        escrow.unreserve(run, 0);
        vm.stopPrank();
        refused(zero);
        escrow.deposit(run, 0);
    }

    function test_money_is_for_runs_that_go_on() public {
        wrongStatus(77, IRuns.RunStatus.UNKNOWN);
        escrow.deposit(77, 1);
        vm.prank(BUYER);
        uint256 pending = runs.create(terms());
        vm.prank(BUYER);
        escrow.deposit(pending, 1);
        wrongStatus(pending, IRuns.RunStatus.PENDING);
        vm.prank(manager);
        escrow.reserve(pending, 1);
        end();
        wrongStatus(run, IRuns.RunStatus.ENDED);
        escrow.deposit(run, 1);
        wrongStatus(run, IRuns.RunStatus.ENDED);
        vm.prank(manager);
        escrow.reserve(run, 1);
    }

    function test_nothing_is_released_after_the_grace() public {
        vm.prank(manager);
        escrow.reserve(run, 10);
        end();
        uint256 until = block.timestamp + GRACE;
        vm.warp(until);
        bytes memory over = abi.encodeWithSelector(RunEscrow.RunEscrow_GraceOver.selector, run, until);
        vm.startPrank(manager);
        refused(over);
        escrow.release(run, 10);
        refused(over);
        escrow.unreserve(run, 10);
        vm.stopPrank();
    }

    function test_one_runs_money_is_not_anothers() public {
        uint256 other = opened();
        refused(abi.encodeWithSelector(RunEscrow.RunEscrow_FreeExceeded.selector, other, 1, 0));
        vm.prank(manager);
        escrow.reserve(other, 1);
    }

    function test_a_pause_keeps_nobodys_money() public {
        vm.prank(PAUSER);
        escrow.pause();
        vm.startPrank(manager);
        paused();
        escrow.reserve(run, 1);
        paused();
        escrow.release(run, 1);
        paused();
        escrow.deposit(run, 1);
        vm.stopPrank();
        end();
        vm.prank(BUYER);
        eq(escrow.refund(run), 100, "refunded");
    }

    function test_the_grace_has_a_bound() public {
        refused(abi.encodeWithSelector(RunEscrow.RunEscrow_GraceTooLong.selector, 90 days + 1, 90 days));
        vm.prank(address(timelock));
        escrow.setGrace(90 days + 1);
        viaTimelock(address(escrow), abi.encodeCall(RunEscrow.setGrace, (1)));
        eq(escrow.grace(), 1, "grace");
        eq(address(escrow.token()), address(token), "token");
    }
}
