// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IProviderRegistry} from "../src/interfaces/IProviderRegistry.sol";
import {ProviderRegistry} from "../src/ProviderRegistry.sol";
import {Network} from "./Network.sol";

contract ProviderRegistryTest is Network {
    IProviderRegistry.Standing private constant UNKNOWN = IProviderRegistry.Standing.UNKNOWN;
    IProviderRegistry.Standing private constant BLACKLISTED = IProviderRegistry.Standing.BLACKLISTED;
    IProviderRegistry.Standing private constant NOT_WHITELISTED = IProviderRegistry.Standing.NOT_WHITELISTED;
    IProviderRegistry.Standing private constant UNDERSTAKED = IProviderRegistry.Standing.UNDERSTAKED;
    IProviderRegistry.Standing private constant GOOD = IProviderRegistry.Standing.GOOD;

    function standing(IProviderRegistry.Standing expected) private view {
        eq(uint256(providers.standingOf(provider)), uint256(expected), "standing");
    }

    function sums(uint256 staked, uint256 unbonding, uint256 held) private view {
        (uint256 a, uint256 b, uint256 c) = providers.totals();
        eq(a, staked, "staked");
        eq(b, unbonding, "unbonding");
        eq(c, held, "held");
        eq(token.balanceOf(address(providers)), a + b + c, "the tokens are there");
    }

    function slashed(uint256 amount) private returns (uint256 id) {
        vm.prank(SLASHER);
        (id,) = providers.proposeSlash(provider, amount, "cheated");
    }

    function unbond(uint256 amount) private {
        vm.prank(provider);
        providers.unbond(amount);
    }

    // registering

    function test_a_provider_registers_with_its_stake() public {
        standing(UNKNOWN);
        registered(provider, MINIMUM);
        standing(NOT_WHITELISTED);
        sums(MINIMUM, 0, 0);
        eq(providers.count(), 1, "count");
        eq(providers.list(0, 10)[0], provider, "listed");
        vm.prank(OPERATOR);
        providers.whitelist(provider);
        standing(GOOD);
        eq(address(providers.token()), address(token), "token");
    }

    function test_a_stake_below_the_minimum_is_refused() public {
        vm.startPrank(provider);
        token.approve(address(providers), MINIMUM);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_StakeTooLow.selector, MINIMUM - 1, MINIMUM));
        providers.register(MINIMUM - 1);
    }

    function test_nobody_registers_twice() public {
        registered(provider, MINIMUM);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_AlreadyRegistered.selector, provider));
        vm.prank(provider);
        providers.register(MINIMUM);
    }

    function test_registering_takes_the_tokens_or_does_nothing() public {
        refused(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(providers), 0, MINIMUM)
        );
        vm.prank(provider);
        providers.register(MINIMUM);
        standing(UNKNOWN);
    }

    function test_a_permit_spares_the_approval() public {
        (uint8 v, bytes32 r, bytes32 s) = permit(PROVIDER_KEY, address(providers), MINIMUM, block.timestamp);
        vm.prank(provider);
        providers.registerWithPermit(MINIMUM, block.timestamp, v, r, s);
        (v, r, s) = permit(PROVIDER_KEY, address(providers), 1, block.timestamp);
        vm.prank(provider);
        providers.increaseStakeWithPermit(1, block.timestamp, v, r, s);
        sums(MINIMUM + 1, 0, 0);
    }

    function test_stake_grows() public {
        registered(provider, MINIMUM);
        vm.prank(provider);
        providers.increaseStake(5);
        eq(providers.get(provider).stake, MINIMUM + 5, "stake");
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_ZeroAmount.selector));
        vm.prank(provider);
        providers.increaseStake(0);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NotRegistered.selector, STRANGER));
        vm.prank(STRANGER);
        providers.increaseStake(5);
    }

    // unbonding

    function test_unbonding_takes_its_time() public {
        registered(provider, MINIMUM);
        unbond(40);
        sums(MINIMUM - 40, 40, 0);
        uint64 maturesAt = uint64(block.timestamp) + UNBONDING;
        vm.warp(maturesAt - 1);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NothingMatured.selector, provider, maturesAt));
        vm.prank(provider);
        providers.withdraw();
        vm.warp(maturesAt);
        uint256 before = token.balanceOf(provider);
        vm.prank(provider);
        eq(providers.withdraw(), 40, "amount");
        eq(token.balanceOf(provider), before + 40, "paid");
        sums(MINIMUM - 40, 0, 0);
    }

    function test_withdrawing_takes_what_matured_and_leaves_the_rest() public {
        registered(provider, MINIMUM);
        unbond(1);
        vm.warp(block.timestamp + 1 days);
        unbond(2);
        vm.warp(block.timestamp + UNBONDING - 1 days);
        vm.prank(provider);
        eq(providers.withdraw(), 1, "the first");
        eq(providers.unbondsOf(provider).length, 1, "one is left");
        vm.warp(block.timestamp + 1 days);
        vm.prank(provider);
        eq(providers.withdraw(), 2, "the second");
        eq(providers.unbondsOf(provider).length, 0, "none is left");
    }

    function test_entries_that_mature_out_of_order_are_paid_too() public {
        registered(provider, MINIMUM);
        unbond(1);
        ProviderRegistry.Parameters memory shorter = providerParameters();
        shorter.unbondingDelay = 1 hours;
        viaTimelock(address(providers), abi.encodeCall(ProviderRegistry.setParameters, (shorter)));
        unbond(2);
        vm.warp(block.timestamp + 1 hours);
        vm.prank(provider);
        eq(providers.withdraw(), 2, "the later one first");
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(provider);
        eq(providers.withdraw(), 1, "then the first");
        sums(MINIMUM - 3, 0, 0);
    }

    function test_a_slash_keeps_what_matured_behind_what_it_takes() public {
        registered(provider, MINIMUM);
        unbond(30);
        ProviderRegistry.Parameters memory shorter = providerParameters();
        shorter.unbondingDelay = 1 hours;
        viaTimelock(address(providers), abi.encodeCall(ProviderRegistry.setParameters, (shorter)));
        unbond(20);
        vm.warp(block.timestamp + 1 hours);
        slashed(MINIMUM - 20);
        sums(0, 20, MINIMUM - 20);
        vm.prank(provider);
        eq(providers.withdraw(), 20, "what matured");
        eq(providers.unbondsOf(provider).length, 0, "nothing else is there");
    }

    function test_the_queue_is_bounded_and_empties() public {
        registered(provider, MINIMUM);
        for (uint256 i; i < providers.MAX_UNBONDS(); ++i) {
            unbond(1);
        }
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_QueueFull.selector, provider, 8));
        unbond(1);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(provider);
        eq(providers.withdraw(), 8, "all");
        unbond(1);
    }

    function test_what_nodes_need_stays() public {
        registered(provider, MINIMUM + PER_NODE + 10);
        added(provider, NODE_KEY);
        eq(providers.requiredStake(1), MINIMUM + PER_NODE, "required");
        refused(
            abi.encodeWithSelector(
                ProviderRegistry.ProviderRegistry_StakeTooLow.selector, MINIMUM + PER_NODE - 1, MINIMUM + PER_NODE
            )
        );
        unbond(11);
        unbond(10);
    }

    function test_nobody_unbonds_nothing_or_more_than_there_is() public {
        registered(provider, MINIMUM);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_ZeroAmount.selector));
        unbond(0);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_StakeExceeded.selector, MINIMUM + 1, MINIMUM));
        unbond(MINIMUM + 1);
    }

    function test_who_leaves_gets_everything_after_the_delay() public {
        registered(provider, MINIMUM);
        vm.prank(provider);
        providers.deregister();
        standing(UNKNOWN);
        eq(providers.count(), 0, "not listed");
        sums(0, MINIMUM, 0);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(provider);
        eq(providers.withdraw(), MINIMUM, "all");
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NotRegistered.selector, provider));
        vm.prank(provider);
        providers.deregister();
        registered(provider, MINIMUM);
        standing(NOT_WHITELISTED);
    }

    function test_who_has_nodes_does_not_leave() public {
        registered(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NodesRemain.selector, provider, 1));
        vm.prank(provider);
        providers.deregister();
        vm.startPrank(provider);
        nodes.remove(node);
        providers.deregister();
        vm.stopPrank();
    }

    function test_a_pause_stops_newcomers_and_keeps_nobodys_money() public {
        registered(provider, MINIMUM);
        unbond(10);
        vm.prank(PAUSER);
        providers.pause();
        paused();
        vm.prank(otherProvider);
        providers.register(MINIMUM);
        paused();
        vm.prank(otherProvider);
        providers.registerWithPermit(MINIMUM, 0, 0, 0, 0);
        paused();
        vm.prank(provider);
        providers.increaseStake(1);
        paused();
        vm.prank(provider);
        providers.increaseStakeWithPermit(1, 0, 0, 0, 0);
        unbond(5);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(provider);
        eq(providers.withdraw(), 15, "paid");
    }

    // lists

    function test_the_whitelist_is_the_operators() public {
        bytes32 role = providers.OPERATOR_ROLE();
        registered(provider, MINIMUM);
        vm.startPrank(STRANGER);
        unauthorized(STRANGER, role);
        providers.whitelist(provider);
        unauthorized(STRANGER, role);
        providers.delist(provider, "");
        unauthorized(STRANGER, role);
        providers.blacklist(provider, "");
        unauthorized(STRANGER, role);
        providers.pardon(provider, "");
        vm.stopPrank();
        vm.startPrank(OPERATOR);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NotWhitelisted.selector, provider));
        providers.delist(provider, "");
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NotRegistered.selector, STRANGER));
        providers.whitelist(STRANGER);
        providers.whitelist(provider);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_AlreadyWhitelisted.selector, provider));
        providers.whitelist(provider);
        providers.delist(provider, "moved");
        vm.stopPrank();
        standing(NOT_WHITELISTED);
    }

    function test_the_blacklist_has_one_way_out() public {
        whitelisted(provider, MINIMUM);
        vm.startPrank(OPERATOR);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NotBlacklisted.selector, provider));
        providers.pardon(provider, "");
        providers.blacklist(provider, "cheated");
        standing(BLACKLISTED);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_Blacklisted.selector, provider));
        providers.blacklist(provider, "again");
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_Blacklisted.selector, provider));
        providers.whitelist(provider);
        vm.stopPrank();
        // leaving and coming back is no way out
        vm.prank(provider);
        providers.deregister();
        standing(BLACKLISTED);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_Blacklisted.selector, provider));
        vm.prank(provider);
        providers.register(MINIMUM);
        vm.prank(OPERATOR);
        providers.pardon(provider, "made good");
        registered(provider, MINIMUM);
        standing(NOT_WHITELISTED);
    }

    function test_too_little_stake_is_seen_and_mended() public {
        whitelisted(provider, MINIMUM);
        ProviderRegistry.Parameters memory higher = providerParameters();
        higher.minimumStake = uint128(MINIMUM + 1);
        viaTimelock(address(providers), abi.encodeCall(ProviderRegistry.setParameters, (higher)));
        eq(providers.parameters().minimumStake, MINIMUM + 1, "minimum");
        standing(UNDERSTAKED);
        vm.prank(provider);
        providers.increaseStake(1);
        standing(GOOD);
    }

    // nodes are counted by their contract

    function test_only_the_nodes_contract_counts_nodes() public {
        bytes32 role = providers.NODES_ROLE();
        unauthorized(OPERATOR, role);
        vm.prank(OPERATOR);
        providers.addNode(provider);
        unauthorized(OPERATOR, role);
        vm.prank(OPERATOR);
        providers.removeNode(provider);
        vm.startPrank(address(nodes));
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NoNodes.selector, provider));
        providers.removeNode(provider);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NotRegistered.selector, provider));
        providers.addNode(provider);
        vm.stopPrank();
    }

    function test_a_node_needs_stake_of_its_own() public {
        registered(provider, MINIMUM + PER_NODE - 1);
        bytes memory signature = registration(provider, NODE_KEY, block.timestamp);
        refused(
            abi.encodeWithSelector(
                ProviderRegistry.ProviderRegistry_StakeTooLow.selector, MINIMUM + PER_NODE - 1, MINIMUM + PER_NODE
            )
        );
        vm.prank(provider);
        nodes.register(node, "", block.timestamp, signature);
        vm.prank(OPERATOR);
        providers.blacklist(provider, "");
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_Blacklisted.selector, provider));
        vm.prank(provider);
        nodes.register(node, "", block.timestamp, signature);
    }

    // slashing

    function test_a_slash_nobody_appeals_against_goes_to_the_treasury() public {
        registered(provider, MINIMUM);
        uint256 id = slashed(30);
        sums(MINIMUM - 30, 0, 30);
        uint64 deadline = uint64(block.timestamp) + APPEAL;
        eq(providers.slashOf(id).deadline, deadline, "deadline");
        vm.warp(deadline - 1);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_TooEarly.selector, id, deadline));
        providers.executeSlash(id);
        vm.warp(deadline);
        providers.executeSlash(id);
        sums(MINIMUM - 30, 0, 0);
        eq(token.balanceOf(TREASURY), 30, "treasury");
        refused(
            abi.encodeWithSelector(
                ProviderRegistry.ProviderRegistry_WrongSlashState.selector, id, ProviderRegistry.SlashState.EXECUTED
            )
        );
        providers.executeSlash(id);
    }

    function test_an_appeal_is_upheld_by_the_arbiter_or_overturned() public {
        registered(provider, MINIMUM);
        uint256 first = slashed(30);
        uint256 second = slashed(20);
        eq(providers.slashCount(), 2, "slashes");
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NotSlashed.selector, first, STRANGER));
        vm.prank(STRANGER);
        providers.appeal(first, "");
        vm.startPrank(provider);
        providers.appeal(first, "I did not");
        providers.appeal(second, "nor that");
        refused(
            abi.encodeWithSelector(
                ProviderRegistry.ProviderRegistry_WrongSlashState.selector, first, ProviderRegistry.SlashState.APPEALED
            )
        );
        providers.appeal(first, "again");
        vm.stopPrank();
        vm.warp(block.timestamp + APPEAL);
        refused(
            abi.encodeWithSelector(
                ProviderRegistry.ProviderRegistry_WrongSlashState.selector, first, ProviderRegistry.SlashState.APPEALED
            )
        );
        providers.executeSlash(first);
        bytes32 role = providers.ARBITER_ROLE();
        unauthorized(SLASHER, role);
        vm.prank(SLASHER);
        providers.decideAppeal(first, true, "");
        vm.startPrank(ARBITER);
        providers.decideAppeal(first, true, "you did");
        providers.decideAppeal(second, false, "you did not");
        vm.stopPrank();
        sums(MINIMUM - 30, 0, 0);
        eq(token.balanceOf(TREASURY), 30, "treasury");
        eq(providers.get(provider).stake, MINIMUM - 30, "stake");
    }

    function test_an_appeal_comes_in_time() public {
        registered(provider, MINIMUM);
        uint256 id = slashed(30);
        uint64 deadline = uint64(block.timestamp) + APPEAL;
        vm.warp(deadline);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_TooLate.selector, id, deadline));
        vm.prank(provider);
        providers.appeal(id, "");
    }

    function test_an_appeal_nobody_decides_ends_for_the_provider() public {
        registered(provider, MINIMUM);
        uint256 id = slashed(30);
        vm.prank(provider);
        providers.appeal(id, "");
        uint64 deadline = uint64(block.timestamp) + DECISION;
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_TooEarly.selector, id, deadline));
        providers.lapseSlash(id);
        vm.warp(deadline);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_TooLate.selector, id, deadline));
        vm.prank(ARBITER);
        providers.decideAppeal(id, true, "");
        providers.lapseSlash(id);
        sums(MINIMUM, 0, 0);
        eq(uint256(providers.slashOf(id).state), uint256(ProviderRegistry.SlashState.LAPSED), "lapsed");
    }

    function test_nobody_decides_an_appeal_against_its_own_proposal() public {
        registered(provider, MINIMUM);
        bytes32 role = providers.SLASHER_ROLE();
        vm.prank(ADMIN);
        providers.grantRole(role, ARBITER);
        vm.prank(ARBITER);
        (uint256 id,) = providers.proposeSlash(provider, 30, "");
        vm.prank(provider);
        providers.appeal(id, "");
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_OwnProposal.selector, id, ARBITER));
        vm.prank(ARBITER);
        providers.decideAppeal(id, true, "");
    }

    function test_a_slasher_takes_its_proposal_back() public {
        registered(provider, MINIMUM);
        uint256 first = slashed(30);
        uint256 second = slashed(20);
        vm.prank(provider);
        providers.appeal(second, "");
        bytes32 role = providers.SLASHER_ROLE();
        unauthorized(provider, role);
        vm.prank(provider);
        providers.withdrawSlash(first, "");
        refused(
            abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NotProposer.selector, first, address(receipts))
        );
        vm.prank(address(receipts));
        providers.withdrawSlash(first, "");
        vm.startPrank(SLASHER);
        providers.withdrawSlash(first, "a mistake");
        providers.withdrawSlash(second, "another");
        refused(
            abi.encodeWithSelector(
                ProviderRegistry.ProviderRegistry_WrongSlashState.selector, first, ProviderRegistry.SlashState.WITHDRAWN
            )
        );
        providers.withdrawSlash(first, "");
        vm.stopPrank();
        sums(MINIMUM, 0, 0);
    }

    function test_only_slashers_propose_and_only_where_there_is_something() public {
        bytes32 role = providers.SLASHER_ROLE();
        unauthorized(OPERATOR, role);
        vm.prank(OPERATOR);
        providers.proposeSlash(provider, 1, "");
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NothingToSlash.selector, provider));
        slashed(1);
    }

    function test_leaving_does_not_escape_a_slash() public {
        registered(provider, MINIMUM);
        vm.prank(provider);
        providers.deregister();
        eq(providers.slashableOf(provider), MINIMUM, "slashable");
        uint256 id = slashed(MINIMUM);
        sums(0, 0, MINIMUM);
        vm.prank(provider);
        providers.appeal(id, "");
        vm.prank(ARBITER);
        providers.decideAppeal(id, false, "");
        // what comes back to one who left can be taken out
        unbond(MINIMUM);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(provider);
        eq(providers.withdraw(), MINIMUM, "all");
        sums(0, 0, 0);
    }

    function test_matured_entries_are_their_owners() public {
        registered(provider, MINIMUM);
        unbond(MINIMUM);
        vm.warp(block.timestamp + UNBONDING);
        eq(providers.slashableOf(provider), 0, "slashable");
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_NothingToSlash.selector, provider));
        slashed(1);
        vm.prank(provider);
        eq(providers.withdraw(), MINIMUM, "all");
    }

    function test_parameters_have_bounds() public {
        ProviderRegistry.Parameters memory wrong = providerParameters();
        wrong.treasury = address(0);
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_ZeroTreasury.selector));
        new ProviderRegistry(governance(), IERC20(address(token)), wrong);
        wrong = providerParameters();
        wrong.unbondingDelay = 90 days + 1;
        delayRefused(wrong);
        wrong = providerParameters();
        wrong.appealWindow = 90 days + 1;
        delayRefused(wrong);
        wrong = providerParameters();
        wrong.decisionWindow = 90 days + 1;
        delayRefused(wrong);
    }

    function delayRefused(ProviderRegistry.Parameters memory wrong) private {
        refused(abi.encodeWithSelector(ProviderRegistry.ProviderRegistry_DelayTooLong.selector, 90 days + 1, 90 days));
        vm.prank(address(timelock));
        providers.setParameters(wrong);
    }

    // whatever is unbonded, waited for and slashed, the three sums are the tokens

    function testFuzz_slashing_a_queue_takes_exactly_what_it_says(
        uint96[5] calldata parts,
        uint32[5] calldata waits,
        uint128 amount
    ) public {
        registered(provider, MINIMUM);
        uint256 left = MINIMUM;
        for (uint256 i; i < parts.length; ++i) {
            uint256 part = bound(parts[i], 0, left);
            if (part == 0) continue;
            left -= part;
            unbond(part);
            vm.warp(block.timestamp + bound(waits[i], 0, 4 days));
        }
        uint256 slashable = providers.slashableOf(provider);
        uint256 wanted = bound(amount, 1, 2 * MINIMUM);
        uint256 expected = wanted < slashable ? wanted : slashable;
        uint256 id;
        if (expected != 0) {
            id = slashed(wanted);
            eq(providers.slashOf(id).amount, expected, "held");
        }
        (uint256 staked, uint256 unbonding, uint256 held) = providers.totals();
        sums(staked, unbonding, held);
        eq(staked + unbonding + held, MINIMUM, "nothing got lost");
        eq(queued(), unbonding, "the queue is the sum");
        // and nothing is locked
        vm.warp(block.timestamp + 4 weeks);
        if (unbonding != 0) {
            vm.prank(provider);
            eq(providers.withdraw(), unbonding, "withdrawn");
        }
        eq(providers.unbondsOf(provider).length, 0, "empty");
    }

    function queued() private view returns (uint256 sum) {
        ProviderRegistry.Unbond[] memory queue = providers.unbondsOf(provider);
        for (uint256 i; i < queue.length; ++i) {
            sum += queue[i].amount;
        }
    }
}
