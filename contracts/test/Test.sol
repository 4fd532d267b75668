// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Vm} from "./Vm.sol";

/// Asserting, signing, and refusing with exactly this error.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Test_Different(string what, uint256 given, uint256 expected);
    error Test_NotTrue(string what);

    function eq(uint256 given, uint256 expected, string memory what) internal pure {
        if (given != expected) revert Test_Different(what, given, expected);
    }

    function eq(address given, address expected, string memory what) internal pure {
        eq(uint160(given), uint160(expected), what);
    }

    function eq(bytes32 given, bytes32 expected, string memory what) internal pure {
        eq(uint256(given), uint256(expected), what);
    }

    function eq(string memory given, string memory expected, string memory what) internal pure {
        eq(keccak256(bytes(given)), keccak256(bytes(expected)), what);
    }

    function yes(bool given, string memory what) internal pure {
        if (!given) revert Test_NotTrue(what);
    }

    function no(bool given, string memory what) internal pure {
        yes(!given, what);
    }

    /// The next call must revert with exactly these facts.
    function refused(bytes memory facts) internal {
        vm.expectRevert(facts);
    }

    function unauthorized(address account, bytes32 role) internal {
        refused(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, role));
    }

    function paused() internal {
        refused(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
    }

    /// Of a length.
    function text(uint256 length) internal pure returns (string memory) {
        return string(new bytes(length));
    }

    function bound(uint256 given, uint256 min, uint256 max) internal pure returns (uint256) {
        return min + given % (max - min + 1);
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}
