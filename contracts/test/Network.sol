// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {AiToken} from "../src/AiToken.sol";
import {ComputeNodes} from "../src/ComputeNodes.sol";
import {Governed} from "../src/Governed.sol";
import {IVerdictTarget} from "../src/interfaces/IVerdictTarget.sol";
import {Memberships} from "../src/Memberships.sol";
import {ProviderRegistry} from "../src/ProviderRegistry.sol";
import {Rewards} from "../src/Rewards.sol";
import {RunEscrow} from "../src/RunEscrow.sol";
import {Runs} from "../src/Runs.sol";
import {Timelock} from "../src/Timelock.sol";
import {Validators} from "../src/Validators.sol";
import {WorkReceipts} from "../src/WorkReceipts.sol";
import {Test} from "./Test.sol";

/// All contracts as docs/CONTRACTS.md says to deploy them, and the people.
abstract contract Network is Test {
    uint256 internal constant AI = 1e6;
    uint256 internal constant MINIMUM = 100 * AI;
    uint256 internal constant PER_NODE = 50 * AI;
    uint64 internal constant UNBONDING = 7 days;
    uint64 internal constant APPEAL = 3 days;
    uint64 internal constant DECISION = 5 days;
    uint64 internal constant WINDOW = 1 days;
    uint64 internal constant GRACE = 10 days;
    uint256 internal constant DELAY = 2 days;

    address internal constant ADMIN = address(0xA0);
    address internal constant PROPOSER = address(0xA1);
    address internal constant OPERATOR = address(0xA2);
    address internal constant PAUSER = address(0xA3);
    address internal constant ARBITER = address(0xA4);
    address internal constant SLASHER = address(0xA5);
    address internal constant POSTER = address(0xA6);
    address internal constant TREASURY = address(0xA7);
    address internal constant BUYER = address(0xB0);
    address internal constant STRANGER = address(0xBAD);
    address internal constant V1 = address(0xC1);
    address internal constant V2 = address(0xC2);
    address internal constant V3 = address(0xC3);
    address internal constant V4 = address(0xC4);

    uint256 internal constant PROVIDER_KEY = 0x11;
    uint256 internal constant OTHER_PROVIDER_KEY = 0x12;
    uint256 internal constant NODE_KEY = 0x21;
    uint256 internal constant OTHER_NODE_KEY = 0x22;
    uint256 internal constant MANAGER_KEY = 0x31;
    uint256 internal constant OTHER_MANAGER_KEY = 0x32;

    IVerdictTarget.Verdict internal constant APPROVED = IVerdictTarget.Verdict.APPROVED;
    IVerdictTarget.Verdict internal constant REJECTED = IVerdictTarget.Verdict.REJECTED;

    address internal provider = vm.addr(PROVIDER_KEY);
    address internal otherProvider = vm.addr(OTHER_PROVIDER_KEY);
    address internal node = vm.addr(NODE_KEY);
    address internal otherNode = vm.addr(OTHER_NODE_KEY);
    address internal manager = vm.addr(MANAGER_KEY);
    address internal otherManager = vm.addr(OTHER_MANAGER_KEY);

    AiToken internal token;
    Timelock internal timelock;
    ProviderRegistry internal providers;
    Runs internal runs;
    ComputeNodes internal nodes;
    Memberships internal memberships;
    Validators internal validators;
    WorkReceipts internal receipts;
    Rewards internal rewards;
    RunEscrow internal escrow;

    uint256 private _nonce;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        _deploy();
        _grant();
        _give(provider, 10_000 * AI);
        _give(otherProvider, 10_000 * AI);
        _give(BUYER, 100_000 * AI);
    }

    // stories that many tests begin with

    function registered(address account, uint256 stake) internal {
        vm.startPrank(account);
        token.approve(address(providers), type(uint256).max);
        providers.register(stake);
        vm.stopPrank();
    }

    function whitelisted(address account, uint256 stake) internal {
        registered(account, stake);
        vm.prank(OPERATOR);
        providers.whitelist(account);
    }

    function added(address account, uint256 key) internal returns (address one) {
        one = vm.addr(key);
        bytes memory signature = registration(account, key, block.timestamp + 1 hours);
        vm.prank(account);
        nodes.register(one, "ipfs://capabilities", block.timestamp + 1 hours, signature);
    }

    function validated(address account, uint256 key) internal returns (address one) {
        one = added(account, key);
        approve(one);
    }

    function approve(address one) internal {
        bytes32 subject = nodes.subjectOf(one);
        uint64 round = nodes.get(one).round;
        vote(V1, address(nodes), subject, round, APPROVED);
        vote(V2, address(nodes), subject, round, APPROVED);
    }

    function vote(address validator, address target, bytes32 subject, uint64 round, IVerdictTarget.Verdict verdict)
        internal
    {
        vm.prank(validator);
        validators.cast(target, subject, round, verdict, 7, "seen");
    }

    function opened() internal returns (uint256 run) {
        vm.prank(BUYER);
        run = runs.create(terms());
        vm.prank(manager);
        runs.start(run);
    }

    /// A good provider, a validated node, an open run, joined.
    function active() internal returns (uint256 run) {
        whitelisted(provider, 1_000 * AI);
        validated(provider, NODE_KEY);
        run = opened();
        joined(run, node);
    }

    function joined(uint256 run, address one) internal {
        Memberships.Invite memory invite_ = invite(run, one);
        bytes memory signature = sign(MANAGER_KEY, memberships.inviteDigest(invite_));
        vm.prank(one);
        memberships.join(invite_, signature);
    }

    function funded(uint256 amount) internal {
        _give(BUYER, amount);
        vm.startPrank(BUYER);
        token.approve(address(rewards), amount);
        rewards.fund(amount);
        vm.stopPrank();
    }

    /// What the timelock is told to do, and does when its delay is over.
    function viaTimelock(address target, bytes memory call) internal {
        bytes32 salt = bytes32(++_nonce);
        vm.prank(PROPOSER);
        timelock.schedule(target, 0, call, 0, salt, DELAY);
        vm.warp(block.timestamp + DELAY);
        vm.prank(PROPOSER);
        timelock.execute(target, 0, call, 0, salt);
    }

    // documents and signatures

    function terms() internal view returns (Runs.Terms memory) {
        return Runs.Terms({
            manager: manager,
            maxNodes: 3,
            maxUnits: 1_000,
            endsBy: uint64(block.timestamp + 100 days),
            requirements: "gpu:count=8",
            discoveryUri: "https://discovery.example/v1"
        });
    }

    function invite(uint256 run, address one) internal returns (Memberships.Invite memory) {
        return Memberships.Invite(run, one, ++_nonce, block.timestamp + 1_000);
    }

    function registration(address account, uint256 key, uint256 deadline) internal view returns (bytes memory) {
        address one = vm.addr(key);
        return sign(key, nodes.registrationDigest(account, one, nodes.nonces(one), deadline));
    }

    function permit(uint256 key, address spender, uint256 amount, uint256 deadline)
        internal
        view
        returns (uint8 v, bytes32 r, bytes32 s)
    {
        address owner = vm.addr(key);
        bytes32 content = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                owner,
                spender,
                amount,
                token.nonces(owner),
                deadline
            )
        );
        return vm.sign(key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), content)));
    }

    function providerParameters() internal pure returns (ProviderRegistry.Parameters memory) {
        return ProviderRegistry.Parameters({
            minimumStake: uint128(MINIMUM),
            stakePerNode: uint128(PER_NODE),
            treasury: TREASURY,
            unbondingDelay: UNBONDING,
            appealWindow: APPEAL,
            decisionWindow: DECISION
        });
    }

    // trees

    function pair(bytes32 one, bytes32 other) internal pure returns (bytes32) {
        return one < other ? keccak256(abi.encode(one, other)) : keccak256(abi.encode(other, one));
    }

    function proof(bytes32 sibling) internal pure returns (bytes32[] memory all) {
        all = new bytes32[](1);
        all[0] = sibling;
    }

    function governance() internal view returns (Governed.Governance memory) {
        return Governed.Governance(ADMIN, address(timelock), 1 days);
    }

    function three() internal pure returns (address[] memory all) {
        all = new address[](3);
        (all[0], all[1], all[2]) = (V1, V2, V3);
    }

    function _deploy() private {
        address[] memory proposers = new address[](1);
        proposers[0] = PROPOSER;
        timelock = new Timelock(DELAY, proposers, proposers);
        token = new AiToken(ADMIN, 1 days, 1_000_000_000 * AI);
        IERC20 erc20 = IERC20(address(token));
        providers = new ProviderRegistry(governance(), erc20, providerParameters());
        runs = new Runs(governance());
        nodes = new ComputeNodes(governance(), providers, runs);
        memberships = new Memberships(governance(), runs, nodes);
        validators = new Validators(governance(), three(), 2);
        receipts = new WorkReceipts(
            governance(),
            runs,
            memberships,
            nodes,
            providers,
            validators,
            WorkReceipts.Parameters(WINDOW, uint128(20 * AI))
        );
        rewards = new Rewards(governance(), erc20, WINDOW);
        escrow = new RunEscrow(governance(), erc20, runs, rewards, GRACE);
    }

    function _grant() private {
        vm.startPrank(ADMIN);
        token.grantRole(token.MINTER_ROLE(), ADMIN);
        providers.grantRole(providers.NODES_ROLE(), address(nodes));
        providers.grantRole(providers.SLASHER_ROLE(), address(receipts));
        providers.grantRole(providers.SLASHER_ROLE(), SLASHER);
        providers.grantRole(providers.ARBITER_ROLE(), ARBITER);
        nodes.grantRole(nodes.PLACER_ROLE(), address(memberships));
        nodes.grantRole(nodes.VERDICT_ROLE(), address(validators));
        nodes.grantRole(nodes.EJECTOR_ROLE(), address(receipts));
        nodes.grantRole(nodes.EJECTOR_ROLE(), OPERATOR);
        validators.grantRole(validators.TARGET_ROLE(), address(nodes));
        validators.grantRole(validators.TARGET_ROLE(), address(receipts));
        validators.grantRole(validators.TARGET_ROLE(), address(rewards));
        receipts.grantRole(receipts.VERDICT_ROLE(), address(validators));
        rewards.grantRole(rewards.VERDICT_ROLE(), address(validators));
        rewards.grantRole(rewards.POSTER_ROLE(), POSTER);
        Governed[8] memory all = [Governed(providers), runs, nodes, memberships, validators, receipts, rewards, escrow];
        for (uint256 i; i < all.length; ++i) {
            all[i].grantRole(all[i].OPERATOR_ROLE(), OPERATOR);
            all[i].grantRole(all[i].PAUSER_ROLE(), PAUSER);
        }
        vm.stopPrank();
    }

    function _give(address to, uint256 amount) private {
        vm.prank(ADMIN);
        token.mint(to, amount);
    }
}
