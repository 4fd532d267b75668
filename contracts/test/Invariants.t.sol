// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AiToken} from "../src/AiToken.sol";
import {IRuns} from "../src/interfaces/IRuns.sol";
import {ProviderRegistry} from "../src/ProviderRegistry.sol";
import {Rewards} from "../src/Rewards.sol";
import {RunEscrow} from "../src/RunEscrow.sol";
import {Network} from "./Network.sol";

/// What forge asks for.
struct Selectors {
    address target;
    bytes4[] selectors;
}

/// Whatever providers, slashers and time do, in whatever order.
contract StakeActions is Network {
    address[3] private _people = [address(0x61), address(0x62), address(0x63)];
    uint256 public paidIn;
    uint256 public paidOut;

    constructor() {
        setUp();
        for (uint256 i; i < _people.length; ++i) {
            vm.prank(ADMIN);
            token.mint(_people[i], 1_000_000 * AI);
            vm.prank(_people[i]);
            token.approve(address(providers), type(uint256).max);
        }
    }

    /// Registers, or increases the stake of who is registered.
    function stake(uint8 who, uint256 amount) external {
        bool known = providers.get(person(who)).registeredAt != 0;
        amount = known ? bound(amount, 1, MINIMUM) : bound(amount, MINIMUM, 10 * MINIMUM);
        vm.prank(person(who));
        known ? providers.increaseStake(amount) : providers.register(amount);
        paidIn += amount;
    }

    function unbond(uint8 who, uint256 amount) external {
        amount = bound(amount, 1, providers.get(person(who)).stake + 1);
        vm.prank(person(who));
        providers.unbond(amount);
    }

    function deregister(uint8 who, uint8 seldom) external {
        if (seldom % 4 != 0) return;
        vm.prank(person(who));
        providers.deregister();
    }

    function withdraw(uint8 who) external {
        vm.prank(person(who));
        paidOut += providers.withdraw();
    }

    function propose(uint8 who, uint256 amount) external {
        amount = bound(amount, 1, 2 * MINIMUM);
        vm.prank(SLASHER);
        providers.proposeSlash(person(who), amount, "");
    }

    function appeal(uint256 id) external {
        id = latest(id);
        vm.prank(providers.slashOf(id).provider);
        providers.appeal(id, "");
    }

    function decide(uint256 id, bool uphold) external {
        id = latest(id);
        vm.prank(ARBITER);
        providers.decideAppeal(id, uphold, "");
    }

    function finish(uint256 id, uint8 how) external {
        id = latest(id);
        if (how % 3 == 0) {
            vm.prank(SLASHER);
            providers.withdrawSlash(id, "");
        } else if (how % 3 == 1) {
            providers.executeSlash(id);
        } else {
            providers.lapseSlash(id);
        }
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 1, 8 days));
    }

    /// Ends every dispute for its provider and takes everything out. Nothing may be left.
    function everybodyLeaves() external {
        for (uint256 id = 1; id <= providers.slashCount(); ++id) {
            ProviderRegistry.SlashState state = providers.slashOf(id).state;
            if (state == ProviderRegistry.SlashState.PROPOSED || state == ProviderRegistry.SlashState.APPEALED) {
                vm.prank(SLASHER);
                providers.withdrawSlash(id, "");
            }
        }
        vm.warp(block.timestamp + UNBONDING);
        for (uint256 i; i < _people.length; ++i) {
            takeOut(_people[i]);
            if (providers.get(_people[i]).stake == 0) continue;
            vm.startPrank(_people[i]);
            providers.unbond(providers.get(_people[i]).stake);
            vm.warp(block.timestamp + UNBONDING);
            vm.stopPrank();
            takeOut(_people[i]);
        }
    }

    function takeOut(address one) private {
        if (providers.unbondsOf(one).length == 0) return;
        vm.prank(one);
        paidOut += providers.withdraw();
    }

    function registry() external view returns (ProviderRegistry) {
        return providers;
    }

    function coin() external view returns (AiToken) {
        return token;
    }

    function toTreasury() external view returns (uint256) {
        return token.balanceOf(TREASURY);
    }

    function queued() external view returns (uint256 sum) {
        for (uint256 i; i < _people.length; ++i) {
            ProviderRegistry.Unbond[] memory queue = providers.unbondsOf(_people[i]);
            for (uint256 j; j < queue.length; ++j) {
                sum += queue[j].amount;
            }
        }
    }

    function bonded() external view returns (uint256 sum) {
        for (uint256 i; i < _people.length; ++i) {
            sum += providers.get(_people[i]).stake;
        }
    }

    function inDispute() external view returns (uint256 sum) {
        for (uint256 id = 1; id <= providers.slashCount(); ++id) {
            ProviderRegistry.Slash memory slash = providers.slashOf(id);
            if (
                slash.state == ProviderRegistry.SlashState.PROPOSED
                    || slash.state == ProviderRegistry.SlashState.APPEALED
            ) sum += slash.amount;
        }
    }

    function longestQueue() external view returns (uint256 length) {
        for (uint256 i; i < _people.length; ++i) {
            uint256 one = providers.unbondsOf(_people[i]).length;
            if (one > length) length = one;
        }
    }

    /// One of the last three slashes, for older ones are mostly over.
    function latest(uint256 id) private view returns (uint256) {
        uint256 last = providers.slashCount();
        return bound(id, last > 2 ? last - 2 : 1, last);
    }

    function person(uint8 who) private view returns (address) {
        return _people[who % _people.length];
    }
}

contract StakeInvariants is Network {
    StakeActions private actions;

    function setUp() public override {
        actions = new StakeActions();
    }

    function targetContracts() external view returns (address[] memory all) {
        all = new address[](1);
        all[0] = address(actions);
    }

    function excludeSelectors() external view returns (Selectors[] memory all) {
        all = new Selectors[](1);
        all[0] = Selectors(address(actions), new bytes4[](2));
        (all[0].selectors[0], all[0].selectors[1]) = (actions.setUp.selector, actions.everybodyLeaves.selector);
    }

    function invariant_the_three_sums_are_what_they_sum() public view {
        (uint256 staked, uint256 unbonding, uint256 held) = actions.registry().totals();
        eq(staked, actions.bonded(), "staked");
        eq(unbonding, actions.queued(), "unbonding");
        eq(held, actions.inDispute(), "held");
    }

    function invariant_tokens_are_conserved() public view {
        (uint256 staked, uint256 unbonding, uint256 held) = actions.registry().totals();
        uint256 kept = actions.coin().balanceOf(address(actions.registry()));
        eq(kept, staked + unbonding + held, "the tokens are there");
        eq(actions.paidIn(), kept + actions.paidOut() + actions.toTreasury(), "in is out and kept");
    }

    function invariant_queues_are_bounded() public view {
        yes(actions.longestQueue() <= 8, "at most eight");
    }

    /// Runs once after each sequence.
    function afterInvariant() public {
        actions.everybodyLeaves();
        eq(actions.coin().balanceOf(address(actions.registry())), 0, "no stake is locked");
        eq(actions.paidIn(), actions.paidOut() + actions.toTreasury(), "all of it went to somebody");
    }
}

/// Whatever buyers, managers, the poster and claimants do, in whatever order.
contract PayActions is Network {
    address[3] private _earners = [address(0x71), address(0x72), address(0x73)];
    uint256[3] private _earned;
    mapping(uint64 epoch => uint256[3]) private _cumulative;
    mapping(uint64 epoch => bytes32[3]) private _leaves;
    uint256[2] private _runs;
    uint256 public deposited;
    uint256 public refunded;

    constructor() {
        setUp();
        vm.prank(BUYER);
        token.approve(address(escrow), type(uint256).max);
        _runs[0] = opened();
        _runs[1] = opened();
    }

    function deposit(uint8 which, uint256 amount) external {
        amount = bound(amount, 1, 100 * AI);
        vm.prank(BUYER);
        escrow.deposit(_runs[which % 2], amount);
        deposited += amount;
    }

    function reserve(uint8 which, uint256 amount) external {
        uint256 run = _runs[which % 2];
        amount = bound(amount, 1, escrow.get(run).free + 1);
        vm.prank(manager);
        escrow.reserve(run, amount);
    }

    function unreserve(uint8 which, uint256 amount) external {
        uint256 run = _runs[which % 2];
        amount = bound(amount, 1, escrow.get(run).reserved + 1);
        vm.prank(manager);
        escrow.unreserve(run, amount);
    }

    /// The whole way of a job's price.
    function work(uint8 which, uint256 amount, uint8 who) external {
        uint256 run = _runs[which % 2];
        amount = bound(amount, 1, 100 * AI);
        vm.prank(BUYER);
        escrow.deposit(run, amount);
        vm.startPrank(manager);
        escrow.reserve(run, amount);
        escrow.release(run, amount);
        vm.stopPrank();
        deposited += amount;
        _earned[who % 3] += amount;
    }

    /// Released, and earned by somebody.
    function release(uint8 which, uint256 amount, uint8 who) external {
        uint256 run = _runs[which % 2];
        amount = bound(amount, 1, escrow.get(run).reserved + 1);
        vm.prank(manager);
        escrow.release(run, amount);
        _earned[who % 3] += amount;
    }

    /// Sometimes greedy: a root of more than was earned, which its total does not cover.
    function post(uint256 tooMuch, bool greedy) external {
        uint64 epoch = rewards.lastEpoch() + 1;
        uint256 total = _earned[0] + _earned[1] + _earned[2];
        for (uint256 i; i < 3; ++i) {
            _cumulative[epoch][i] = _earned[i] + (greedy && i == 0 ? bound(tooMuch, 1, 10 * AI) : 0);
            _leaves[epoch][i] = rewards.leafOf(_earners[i], _cumulative[epoch][i]);
        }
        bytes32 root = pair(pair(_leaves[epoch][0], _leaves[epoch][1]), _leaves[epoch][2]);
        vm.prank(POSTER);
        rewards.post(epoch, root, total, 0, "");
    }

    function reject(uint64 epoch) external {
        if (epoch % 4 != 0) return;
        epoch = rewards.lastEpoch();
        bytes32 subject = rewards.subjectOf(epoch);
        vote(V1, address(rewards), subject, 0, REJECTED);
        vote(V2, address(rewards), subject, 0, REJECTED);
    }

    function claim(uint64 epoch, uint8 who) external {
        uint64 last = rewards.lastEpoch();
        // mostly one of the latest
        epoch = uint64(bound(epoch, last > 6 ? last - 6 : 1, last));
        uint256 i = who % 3;
        bytes32[] memory path;
        if (i == 2) {
            path = proof(pair(_leaves[epoch][0], _leaves[epoch][1]));
        } else {
            path = new bytes32[](2);
            (path[0], path[1]) = (_leaves[epoch][1 - i], _leaves[epoch][2]);
        }
        rewards.claim(epoch, _earners[i], _cumulative[epoch][i], path);
    }

    function end(uint8 which, uint8 seldom) external {
        if (seldom % 16 != 0) return;
        vm.prank(BUYER);
        runs.end(_runs[which % 2]);
    }

    function refund(uint8 which) external {
        vm.prank(BUYER);
        refunded += escrow.refund(_runs[which % 2]);
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 1, 2 days));
    }

    /// Ends both runs and waits: everything the buyer did not release comes back.
    function everythingEnds() external {
        for (uint256 i; i < 2; ++i) {
            if (runs.statusOf(_runs[i]) != IRuns.RunStatus.ENDED) {
                vm.prank(BUYER);
                runs.end(_runs[i]);
            }
        }
        vm.warp(block.timestamp + 200 days);
        for (uint256 i; i < 2; ++i) {
            RunEscrow.Account memory one = escrow.get(_runs[i]);
            if (one.free + one.reserved == 0) continue;
            vm.prank(BUYER);
            refunded += escrow.refund(_runs[i]);
        }
    }

    function pays() external view returns (Rewards) {
        return rewards;
    }

    function keeps() external view returns (RunEscrow) {
        return escrow;
    }

    function coin() external view returns (AiToken) {
        return token;
    }

    function released() external view returns (uint256) {
        return escrow.get(_runs[0]).released + escrow.get(_runs[1]).released;
    }

    function paid() external view returns (uint256 sum) {
        for (uint256 i; i < 3; ++i) {
            sum += token.balanceOf(_earners[i]);
        }
    }

    /// What each claimed in all is what its claims counted.
    function claimedByEach() external view returns (uint256 sum) {
        for (uint256 i; i < 3; ++i) {
            eq(rewards.claimedOf(_earners[i]), token.balanceOf(_earners[i]), "no double claim");
            sum += rewards.claimedOf(_earners[i]);
        }
    }

    function keptByRuns() external view returns (uint256 sum) {
        for (uint256 i; i < 2; ++i) {
            RunEscrow.Account memory one = escrow.get(_runs[i]);
            sum += one.free + one.reserved;
        }
    }
}

contract PayInvariants is Network {
    PayActions private actions;

    function setUp() public override {
        actions = new PayActions();
    }

    function targetContracts() external view returns (address[] memory all) {
        all = new address[](1);
        all[0] = address(actions);
    }

    function excludeSelectors() external view returns (Selectors[] memory all) {
        all = new Selectors[](1);
        all[0] = Selectors(address(actions), new bytes4[](2));
        (all[0].selectors[0], all[0].selectors[1]) = (actions.setUp.selector, actions.everythingEnds.selector);
    }

    function invariant_claimed_is_at_most_funded() public view {
        (uint256 given, uint256 claimed) = actions.pays().totals();
        yes(claimed <= given, "claimed <= funded");
        eq(given, actions.released(), "funded by what was released");
        eq(claimed, actions.paid(), "claimed is what was paid");
        eq(claimed, actions.claimedByEach(), "and what each has");
        eq(actions.coin().balanceOf(address(actions.pays())), given - claimed, "the rest is there");
    }

    function invariant_escrows_are_conserved() public view {
        uint256 kept = actions.coin().balanceOf(address(actions.keeps()));
        eq(kept, actions.keptByRuns(), "free and reserved of all runs");
        eq(kept, actions.keeps().total(), "the total");
        eq(actions.deposited(), kept + actions.released() + actions.refunded(), "in is out and kept");
    }

    function afterInvariant() public {
        actions.everythingEnds();
        eq(actions.coin().balanceOf(address(actions.keeps())), 0, "no escrow is locked");
    }
}
