// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ComputeNodes} from "../src/ComputeNodes.sol";
import {IComputeNodes} from "../src/interfaces/IComputeNodes.sol";
import {IProviderRegistry} from "../src/interfaces/IProviderRegistry.sol";
import {Network} from "./Network.sol";

contract ComputeNodesTest is Network {
    IComputeNodes.NodeState private constant UNKNOWN = IComputeNodes.NodeState.UNKNOWN;
    IComputeNodes.NodeState private constant REGISTERED = IComputeNodes.NodeState.REGISTERED;
    IComputeNodes.NodeState private constant VALIDATED = IComputeNodes.NodeState.VALIDATED;
    IComputeNodes.NodeState private constant ACTIVE = IComputeNodes.NodeState.ACTIVE;
    IComputeNodes.NodeState private constant INACTIVE = IComputeNodes.NodeState.INACTIVE;
    IComputeNodes.NodeState private constant EJECTED = IComputeNodes.NodeState.EJECTED;

    function state(IComputeNodes.NodeState expected) private view {
        eq(uint256(nodes.stateOf(node)), uint256(expected), "state");
    }

    function unknown(address one) private {
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_Unknown.selector, one));
    }

    function notAllowed(address account) private {
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_NotAllowed.selector, node, account));
    }

    // every state, and how it is reached

    function test_registered_validated_active_inactive() public {
        state(UNKNOWN);
        whitelisted(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        state(REGISTERED);
        approve(node);
        state(VALIDATED);
        uint256 run = opened();
        joined(run, node);
        state(ACTIVE);
        eq(nodes.placementOf(node), run, "run");
        vm.prank(node);
        memberships.quit(node);
        state(INACTIVE);
        joined(run, node);
        state(ACTIVE);
        vm.prank(BUYER);
        runs.end(run);
        state(INACTIVE);
        joined(opened(), node);
        state(ACTIVE);
        vm.prank(provider);
        memberships.quit(node);
        vm.prank(provider);
        nodes.remove(node);
        state(UNKNOWN);
    }

    function test_an_ejected_node_is_so_in_every_state_until_it_is_reinstated() public {
        active();
        vm.startPrank(OPERATOR);
        nodes.eject(node, "cheated");
        state(EJECTED);
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_Ejected.selector, node));
        nodes.eject(node, "again");
        nodes.reinstate(node, "made good");
        state(INACTIVE);
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_NotEjected.selector, node));
        nodes.reinstate(node, "again");
        vm.stopPrank();
        no(nodes.get(node).validated, "must be validated anew");
    }

    function test_removal_is_no_way_out_of_ejection() public {
        registered(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        vm.prank(OPERATOR);
        nodes.eject(node, "cheated");
        vm.prank(provider);
        nodes.remove(node);
        state(EJECTED);
        registered(otherProvider, 1_000 * AI);
        bytes memory signature = registration(otherProvider, NODE_KEY, block.timestamp);
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_Ejected.selector, node));
        vm.prank(otherProvider);
        nodes.register(node, "", block.timestamp, signature);
    }

    function test_a_provider_that_falls_takes_its_nodes_with_it() public {
        active();
        address second = added(provider, OTHER_NODE_KEY);
        vm.prank(OPERATOR);
        providers.blacklist(provider, "cheated");
        state(INACTIVE);
        eq(uint256(nodes.stateOf(second)), uint256(INACTIVE), "also one that was only registered");
        vm.prank(OPERATOR);
        providers.pardon(provider, "");
        state(INACTIVE);
        eq(uint256(nodes.stateOf(second)), uint256(REGISTERED), "as before");
        vm.prank(OPERATOR);
        providers.whitelist(provider);
        state(ACTIVE);
        // too little stake, and more again
        vm.prank(SLASHER);
        providers.proposeSlash(provider, 1_000 * AI, "");
        state(INACTIVE);
        vm.prank(provider);
        providers.increaseStake(1_000 * AI);
        state(ACTIVE);
    }

    // registering

    function test_the_nodes_key_must_agree() public {
        registered(provider, 1_000 * AI);
        uint256 deadline = block.timestamp + 1;
        bytes memory other = sign(OTHER_NODE_KEY, nodes.registrationDigest(provider, node, 0, deadline));
        vm.startPrank(provider);
        signatureInvalid();
        nodes.register(node, "", deadline, other);
        signatureInvalid();
        nodes.register(node, "", deadline, hex"00");
        bytes memory right = registration(provider, NODE_KEY, deadline);
        signatureInvalid();
        nodes.register(node, "", deadline + 1, right);
        vm.stopPrank();
        // a signature that recovers to nobody is not the zero address's consent
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_SignatureInvalid.selector, address(0)));
        vm.prank(provider);
        nodes.register(address(0), "", deadline, hex"00");
    }

    function signatureInvalid() private {
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_SignatureInvalid.selector, node));
    }

    function test_a_registration_has_a_deadline() public {
        registered(provider, 1_000 * AI);
        uint256 deadline = block.timestamp;
        bytes memory signature = registration(provider, NODE_KEY, deadline);
        vm.warp(deadline + 1);
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_SignatureExpired.selector, node, deadline));
        vm.prank(provider);
        nodes.register(node, "", deadline, signature);
    }

    function test_a_node_has_one_provider() public {
        registered(provider, 1_000 * AI);
        registered(otherProvider, 1_000 * AI);
        added(provider, NODE_KEY);
        bytes memory signature = registration(otherProvider, NODE_KEY, block.timestamp);
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_AlreadyRegistered.selector, node, provider));
        vm.prank(otherProvider);
        nodes.register(node, "", block.timestamp, signature);
        vm.prank(provider);
        nodes.remove(node);
        vm.prank(otherProvider);
        nodes.register(node, "", block.timestamp, signature);
        eq(nodes.providerOf(node), otherProvider, "moved with its key's consent");
        eq(nodes.countOf(provider), 0, "no more");
        eq(nodes.listOf(otherProvider, 0, 10)[0], node, "listed");
        eq(nodes.list(0, 10).length, nodes.count(), "all");
    }

    function test_a_node_in_an_open_run_is_not_removed() public {
        uint256 run = active();
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_Placed.selector, node, run));
        vm.prank(provider);
        nodes.remove(node);
        notAllowed(STRANGER);
        vm.prank(STRANGER);
        nodes.remove(node);
        vm.prank(BUYER);
        runs.end(run);
        vm.prank(OPERATOR);
        nodes.remove(node);
        unknown(node);
        vm.prank(provider);
        nodes.remove(node);
        eq(providers.get(provider).nodes, 0, "counted");
    }

    // describing and judging

    function test_a_new_description_must_be_validated_anew() public {
        whitelisted(provider, 1_000 * AI);
        validated(provider, NODE_KEY);
        uint64 round = nodes.get(node).round;
        vm.prank(node);
        nodes.describe(node, "ipfs://other");
        eq(nodes.get(node).capabilitiesUri, "ipfs://other", "uri");
        eq(nodes.get(node).round, round + 1, "round");
        state(REGISTERED);
        notAllowed(STRANGER);
        vm.prank(STRANGER);
        nodes.describe(node, "");
        unknown(STRANGER);
        nodes.describe(STRANGER, "");
        approve(node);
        vm.prank(provider);
        nodes.describe(node, "ipfs://third");
        state(REGISTERED);
    }

    function test_a_quorum_rejects_too() public {
        active();
        bytes32 subject = nodes.subjectOf(node);
        uint64 round = nodes.get(node).round;
        vote(V1, address(nodes), subject, round, REJECTED);
        state(ACTIVE);
        vote(V2, address(nodes), subject, round, REJECTED);
        state(INACTIVE);
    }

    function test_a_subject_is_a_node() public {
        registered(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        bytes32 alias_ = bytes32(uint256(nodes.subjectOf(node)) | (1 << 160));
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_NoNode.selector, alias_));
        vm.prank(V1);
        validators.cast(address(nodes), alias_, 1, APPROVED, 0, "");
        bytes32 nobody = nodes.subjectOf(STRANGER);
        unknown(STRANGER);
        vm.prank(V1);
        validators.cast(address(nodes), nobody, 0, APPROVED, 0, "");
        eq(nodes.nodeOf(nodes.subjectOf(node)), node, "there and back");
    }

    // roles

    function test_each_role_alone_does_what_it_is_for() public {
        active();
        bytes32 subject = nodes.subjectOf(node);
        bytes32 verdict = nodes.VERDICT_ROLE();
        bytes32 placer = nodes.PLACER_ROLE();
        bytes32 ejector = nodes.EJECTOR_ROLE();
        bytes32 operator = nodes.OPERATOR_ROLE();
        vm.startPrank(STRANGER);
        unauthorized(STRANGER, verdict);
        nodes.onVerdict(subject, APPROVED, 0);
        unauthorized(STRANGER, placer);
        nodes.place(node, 1);
        unauthorized(STRANGER, placer);
        nodes.displace(node);
        unauthorized(STRANGER, ejector);
        nodes.eject(node, "");
        unauthorized(STRANGER, operator);
        nodes.reinstate(node, "");
        vm.stopPrank();
    }

    function test_placing_asks_for_everything() public {
        whitelisted(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        uint256 run = opened();
        vm.startPrank(address(memberships));
        unknown(STRANGER);
        nodes.place(STRANGER, run);
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_NotValidated.selector, node));
        nodes.place(node, run);
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_NotPlaced.selector, node));
        nodes.displace(node);
        vm.stopPrank();
        approve(node);
        joined(run, node);
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_Placed.selector, node, run));
        vm.prank(address(memberships));
        nodes.place(node, run + 1);
    }

    function test_a_pause_stops_newcomers_and_no_removal() public {
        registered(provider, 1_000 * AI);
        added(provider, NODE_KEY);
        bytes memory signature = registration(provider, OTHER_NODE_KEY, block.timestamp);
        vm.prank(PAUSER);
        nodes.pause();
        vm.startPrank(provider);
        paused();
        nodes.register(otherNode, "", block.timestamp, signature);
        paused();
        nodes.describe(node, "");
        nodes.remove(node);
        vm.stopPrank();
    }

    function test_standing_is_named_where_it_keeps_a_node_out() public {
        registered(provider, 1_000 * AI);
        validated(provider, NODE_KEY);
        uint256 run = opened();
        refused(
            abi.encodeWithSelector(
                ComputeNodes.ComputeNodes_ProviderStanding.selector,
                provider,
                IProviderRegistry.Standing.NOT_WHITELISTED
            )
        );
        vm.prank(address(memberships));
        nodes.place(node, run);
    }
}
