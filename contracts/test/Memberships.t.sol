// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ComputeNodes} from "../src/ComputeNodes.sol";
import {IComputeNodes} from "../src/interfaces/IComputeNodes.sol";
import {IProviderRegistry} from "../src/interfaces/IProviderRegistry.sol";
import {IRuns} from "../src/interfaces/IRuns.sol";
import {Memberships} from "../src/Memberships.sol";
import {Runs} from "../src/Runs.sol";
import {Network} from "./Network.sol";

/// A manager that is a contract: it takes its owner's signatures for its own.
contract ContractManager is IERC1271 {
    address private immutable _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
        return signer == _owner ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

contract MembershipsTest is Network {
    uint256 private run;

    function setUp() public override {
        super.setUp();
        whitelisted(provider, 1_000 * AI);
        validated(provider, NODE_KEY);
        run = opened();
    }

    function signed(Memberships.Invite memory one) private view returns (bytes memory) {
        return sign(MANAGER_KEY, memberships.inviteDigest(one));
    }

    function invalid(uint256 ofRun, address one, address by) private {
        refused(abi.encodeWithSelector(Memberships.Memberships_InviteInvalid.selector, ofRun, one, by));
    }

    function notAllowed(address account) private {
        refused(abi.encodeWithSelector(Memberships.Memberships_NotAllowed.selector, run, account));
    }

    // joining

    function test_a_node_joins_by_an_invite() public {
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        vm.prank(node);
        memberships.join(one, signature);
        eq(memberships.memberCount(run), 1, "members");
        eq(memberships.joinedAt(run, node), block.timestamp, "joined");
        yes(memberships.isSpent(run, one.nonce), "spent");
        eq(nodes.placementOf(node), run, "placed");
    }

    function test_its_provider_may_join_for_it_and_a_stranger_may_not() public {
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        notAllowed(STRANGER);
        vm.prank(STRANGER);
        memberships.join(one, signature);
        vm.prank(provider);
        memberships.join(one, signature);
    }

    function test_a_node_without_gas_joins_by_its_signature() public {
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        bytes memory acceptance = sign(NODE_KEY, memberships.acceptanceDigest(one));
        bytes memory anothers = sign(OTHER_NODE_KEY, memberships.acceptanceDigest(one));
        acceptanceInvalid(run, node);
        memberships.joinFor(one, signature, anothers);
        acceptanceInvalid(run, node);
        memberships.joinFor(one, signature, signature);
        acceptanceInvalid(run, node);
        memberships.joinFor(one, signature, "");
        memberships.joinFor(one, signature, acceptance);
        eq(nodes.placementOf(node), run, "placed");
        one.node = address(0);
        acceptanceInvalid(run, address(0));
        memberships.joinFor(one, signature, "");
    }

    function acceptanceInvalid(uint256 ofRun, address one) private {
        refused(abi.encodeWithSelector(Memberships.Memberships_AcceptanceInvalid.selector, ofRun, one));
    }

    function test_a_manager_may_be_a_contract() public {
        ContractManager contractManager = new ContractManager(manager);
        vm.prank(BUYER);
        runs.setManager(run, address(contractManager));
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        bytes memory wrong = sign(OTHER_MANAGER_KEY, memberships.inviteDigest(one));
        invalid(run, node, address(contractManager));
        vm.prank(node);
        memberships.join(one, wrong);
        vm.prank(node);
        memberships.join(one, signature);
    }

    function test_an_invite_counts_once() public {
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        vm.startPrank(node);
        memberships.join(one, signature);
        memberships.quit(node);
        refused(abi.encodeWithSelector(Memberships.Memberships_InviteSpent.selector, run, one.nonce));
        memberships.join(one, signature);
        vm.stopPrank();
    }

    function test_an_invite_expires() public {
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        vm.warp(one.expiry);
        refused(abi.encodeWithSelector(Memberships.Memberships_InviteExpired.selector, run, node, one.expiry));
        vm.prank(node);
        memberships.join(one, signature);
    }

    function test_a_revoked_invite_is_void() public {
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        notAllowed(STRANGER);
        vm.prank(STRANGER);
        memberships.revoke(run, one.nonce);
        vm.prank(manager);
        memberships.revoke(run, one.nonce);
        bytes memory spent = abi.encodeWithSelector(Memberships.Memberships_InviteSpent.selector, run, one.nonce);
        refused(spent);
        vm.prank(node);
        memberships.join(one, signature);
        refused(spent);
        vm.prank(BUYER);
        memberships.revoke(run, one.nonce);
    }

    function test_a_replaced_managers_invites_are_void() public {
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        vm.prank(BUYER);
        runs.setManager(run, otherManager);
        invalid(run, node, otherManager);
        vm.prank(node);
        memberships.join(one, signature);
    }

    function testFuzz_no_member_of_an_invite_can_be_changed(uint256 change, uint8 which) public {
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        which = which % 3;
        if (which == 0) {
            one.nonce ^= bound(change, 1, type(uint256).max);
        } else if (which == 1) {
            one.expiry = one.expiry + bound(change, 1, 1e18);
        } else {
            one.run = opened();
        }
        invalid(one.run, node, manager);
        vm.prank(node);
        memberships.join(one, signature);
    }

    function test_an_invite_is_not_anothers() public {
        validated(provider, OTHER_NODE_KEY);
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        one.node = otherNode;
        invalid(run, otherNode, manager);
        vm.prank(otherNode);
        memberships.join(one, signature);
    }

    function test_only_open_runs_are_joined() public {
        vm.prank(BUYER);
        uint256 pending = runs.create(terms());
        notOpen(pending, IRuns.RunStatus.PENDING);
        notOpen(77, IRuns.RunStatus.UNKNOWN);
        vm.prank(BUYER);
        runs.end(run);
        notOpen(run, IRuns.RunStatus.ENDED);
    }

    function notOpen(uint256 which, IRuns.RunStatus status) private {
        Memberships.Invite memory one = invite(which, node);
        bytes memory signature = signed(one);
        refused(abi.encodeWithSelector(Memberships.Memberships_RunNotOpen.selector, which, status));
        vm.prank(node);
        memberships.join(one, signature);
    }

    function test_a_full_run_takes_nobody() public {
        vm.prank(BUYER);
        runs.setLimits(run, 1, 1_000);
        joined(run, node);
        validated(provider, OTHER_NODE_KEY);
        Memberships.Invite memory one = invite(run, otherNode);
        bytes memory signature = signed(one);
        refused(abi.encodeWithSelector(Memberships.Memberships_RunFull.selector, run, 1));
        vm.prank(otherNode);
        memberships.join(one, signature);
        vm.prank(node);
        memberships.quit(node);
        vm.prank(otherNode);
        memberships.join(one, signature);
    }

    function test_who_may_not_work_does_not_join() public {
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        vm.prank(OPERATOR);
        providers.delist(provider, "");
        standing(IProviderRegistry.Standing.NOT_WHITELISTED);
        vm.prank(node);
        memberships.join(one, signature);
        vm.prank(OPERATOR);
        providers.blacklist(provider, "");
        standing(IProviderRegistry.Standing.BLACKLISTED);
        vm.prank(node);
        memberships.join(one, signature);
        vm.startPrank(OPERATOR);
        providers.pardon(provider, "");
        providers.whitelist(provider);
        nodes.eject(node, "");
        vm.stopPrank();
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_Ejected.selector, node));
        vm.prank(node);
        memberships.join(one, signature);
        vm.prank(OPERATOR);
        nodes.reinstate(node, "");
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_NotValidated.selector, node));
        vm.prank(node);
        memberships.join(one, signature);
        eq(memberships.memberCount(run), 0, "nobody");
        no(memberships.isSpent(run, one.nonce), "what failed spent nothing");
    }

    function standing(IProviderRegistry.Standing given) private {
        refused(abi.encodeWithSelector(ComputeNodes.ComputeNodes_ProviderStanding.selector, provider, given));
    }

    // leaving

    function test_a_node_or_its_provider_quits_even_in_a_pause() public {
        joined(run, node);
        notAllowed(STRANGER);
        vm.prank(STRANGER);
        memberships.quit(node);
        vm.prank(PAUSER);
        memberships.pause();
        vm.prank(node);
        memberships.quit(node);
        eq(memberships.memberCount(run), 0, "members");
        refused(abi.encodeWithSelector(Memberships.Memberships_NotMember.selector, 0, node));
        vm.prank(node);
        memberships.quit(node);
        Memberships.Invite memory one = invite(run, node);
        bytes memory signature = signed(one);
        paused();
        vm.prank(node);
        memberships.join(one, signature);
        paused();
        memberships.joinFor(one, signature, "");
    }

    function test_a_manager_dismisses_its_own_members() public {
        joined(run, node);
        notAllowed(STRANGER);
        vm.prank(STRANGER);
        memberships.dismiss(run, node, "");
        uint256 other = opened();
        refused(abi.encodeWithSelector(Memberships.Memberships_NotMember.selector, other, node));
        vm.prank(manager);
        memberships.dismiss(other, node, "");
        vm.prank(manager);
        memberships.dismiss(run, node, "slow");
        eq(nodes.placementOf(node), 0, "nowhere");
    }

    function test_who_is_not_active_loses_the_place() public {
        joined(run, node);
        refused(abi.encodeWithSelector(Memberships.Memberships_StillActive.selector, run, node));
        memberships.evict(node);
        vm.prank(OPERATOR);
        providers.blacklist(provider, "");
        memberships.evict(node);
        eq(memberships.memberCount(run), 0, "members");
        eq(uint256(nodes.stateOf(node)), uint256(IComputeNodes.NodeState.INACTIVE), "state");
    }

    function test_the_end_of_a_run_frees_its_nodes() public {
        joined(run, node);
        vm.prank(BUYER);
        runs.end(run);
        eq(memberships.memberCount(run), 0, "members");
        uint256 next = opened();
        joined(next, node);
        eq(memberships.memberCount(next), 1, "members of the next");
        eq(nodes.placementOf(node), next, "placed");
    }

    function testFuzz_members_are_counted(uint8[24] calldata steps) public {
        validated(provider, OTHER_NODE_KEY);
        address[2] memory both = [node, otherNode];
        for (uint256 i; i < steps.length; ++i) {
            address one = both[steps[i] % 2];
            if (nodes.placementOf(one) == 0) {
                joined(run, one);
            } else if (steps[i] % 3 == 0) {
                vm.prank(manager);
                memberships.dismiss(run, one, "");
            } else {
                vm.prank(one);
                memberships.quit(one);
            }
            uint256 placed = (nodes.placementOf(node) == run ? 1 : 0) + (nodes.placementOf(otherNode) == run ? 1 : 0);
            eq(memberships.memberCount(run), placed, "members");
        }
    }
}
