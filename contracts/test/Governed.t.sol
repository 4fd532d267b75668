// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IAccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Governed} from "../src/Governed.sol";
import {Bounds} from "../src/Bounds.sol";
import {ProviderRegistry} from "../src/ProviderRegistry.sol";
import {Rewards} from "../src/Rewards.sol";
import {Runs} from "../src/Runs.sol";
import {WorkReceipts} from "../src/WorkReceipts.sol";
import {Network} from "./Network.sol";

/// What all contracts have of Governed, on each of them.
contract GovernedTest is Network {
    function all() private view returns (Governed[8] memory) {
        return [Governed(providers), runs, nodes, memberships, validators, receipts, rewards, escrow];
    }

    function test_the_admin_changes_in_two_steps_and_after_a_delay() public {
        for (uint256 i; i < all().length; ++i) {
            Governed one = all()[i];
            vm.prank(ADMIN);
            one.beginDefaultAdminTransfer(BUYER);
            (, uint48 schedule) = one.pendingDefaultAdmin();
            refused(
                abi.encodeWithSelector(
                    IAccessControlDefaultAdminRules.AccessControlEnforcedDefaultAdminDelay.selector, schedule
                )
            );
            vm.prank(BUYER);
            one.acceptDefaultAdminTransfer();
            eq(one.defaultAdmin(), ADMIN, "still the old one");
            vm.warp(schedule + 1);
            vm.prank(BUYER);
            one.acceptDefaultAdminTransfer();
            eq(one.defaultAdmin(), BUYER, "the new one");
        }
    }

    function test_the_admin_cannot_take_the_parameters_from_the_timelock() public {
        for (uint256 i; i < all().length; ++i) {
            bytes32 role = all()[i].PARAMETER_ROLE();
            unauthorized(ADMIN, role);
            vm.prank(ADMIN);
            all()[i].grantRole(role, ADMIN);
            unauthorized(ADMIN, role);
            vm.prank(ADMIN);
            all()[i].revokeRole(role, address(timelock));
            yes(all()[i].hasRole(role, address(timelock)), "the timelock has it");
        }
    }

    function test_only_pausers_pause() public {
        for (uint256 i; i < all().length; ++i) {
            bytes32 role = all()[i].PAUSER_ROLE();
            unauthorized(ADMIN, role);
            vm.prank(ADMIN);
            all()[i].pause();
            vm.startPrank(PAUSER);
            all()[i].pause();
            yes(all()[i].paused(), "paused");
            all()[i].unpause();
            no(all()[i].paused(), "not paused");
            vm.stopPrank();
            unauthorized(ADMIN, role);
            vm.prank(ADMIN);
            all()[i].unpause();
        }
    }

    function test_parameters_change_through_the_timelock_alone_and_late() public {
        bytes memory call = abi.encodeCall(Rewards.setWindow, (5 days));
        vm.prank(PROPOSER);
        timelock.schedule(address(rewards), 0, call, 0, 0, DELAY);
        bytes32 id = timelock.hashOperation(address(rewards), 0, call, 0, 0);
        vm.warp(block.timestamp + DELAY - 1);
        refused(
            abi.encodeWithSelector(
                TimelockController.TimelockUnexpectedOperationState.selector,
                id,
                bytes32(1 << uint8(TimelockController.OperationState.Ready))
            )
        );
        vm.prank(PROPOSER);
        timelock.execute(address(rewards), 0, call, 0, 0);
        eq(rewards.window(), WINDOW, "as before");
        vm.warp(block.timestamp + 1);
        vm.prank(PROPOSER);
        timelock.execute(address(rewards), 0, call, 0, 0);
        eq(rewards.window(), 5 days, "changed");
    }

    function test_every_parameter_is_the_timelocks() public {
        bytes32 role = rewards.PARAMETER_ROLE();
        vm.startPrank(OPERATOR);
        unauthorized(OPERATOR, role);
        rewards.setWindow(1);
        unauthorized(OPERATOR, role);
        escrow.setGrace(1);
        unauthorized(OPERATOR, role);
        validators.setThreshold(1);
        unauthorized(OPERATOR, role);
        receipts.setParameters(WorkReceipts.Parameters(1, 1));
        ProviderRegistry.Parameters memory given = providerParameters();
        unauthorized(OPERATOR, role);
        providers.setParameters(given);
        vm.stopPrank();
    }

    function test_the_timelock_has_no_admin_but_itself() public view {
        bytes32 role = timelock.DEFAULT_ADMIN_ROLE();
        yes(timelock.hasRole(role, address(timelock)), "itself");
        no(timelock.hasRole(role, address(this)), "not who deployed it");
        no(timelock.hasRole(role, PROPOSER), "not who proposes");
    }

    function test_pages_and_texts_are_bounded() public {
        refused(abi.encodeWithSelector(Bounds.Bounds_PageSize.selector, 201, 200));
        providers.list(0, 201);
        refused(abi.encodeWithSelector(Bounds.Bounds_PageSize.selector, 0, 200));
        runs.owned(BUYER, 0, 0);
        refused(abi.encodeWithSelector(Bounds.Bounds_TextTooLong.selector, 513, 512));
        vm.prank(OPERATOR);
        providers.blacklist(provider, text(513));
        Runs.Terms memory given = terms();
        given.requirements = text(4097);
        refused(abi.encodeWithSelector(Bounds.Bounds_TextTooLong.selector, 4097, 4096));
        runs.create(given);
    }

    function testFuzz_pages_put_together_are_the_list(uint256 limit, uint8 length) public {
        limit = bound(limit, 1, 200);
        for (uint256 i; i < length % 16; ++i) {
            runs.create(terms());
        }
        uint256 seen;
        uint256[] memory page = runs.owned(address(this), 0, limit);
        while (page.length != 0) {
            for (uint256 i; i < page.length; ++i) {
                eq(page[i], ++seen, "in order, none twice");
            }
            page = runs.owned(address(this), seen, limit);
        }
        eq(seen, length % 16, "all");
        eq(runs.owned(address(this), type(uint256).max, limit).length, 0, "behind the end");
    }
}
