// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Bounds} from "./Bounds.sol";
import {Governed} from "./Governed.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";

/// Providers and their stake. Every token here is in exactly one of three sums: staked, unbonding, held for a slash.
contract ProviderRegistry is Governed, IProviderRegistry {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;
    using EnumerableSet for EnumerableSet.AddressSet;

    /// May propose slashes and take its own back: the work's judges and the operators' committee.
    bytes32 public constant SLASHER_ROLE = keccak256("SLASHER");
    /// Decides appeals; never those against its own proposals.
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER");
    /// The contract that counts a provider's nodes.
    bytes32 public constant NODES_ROLE = keccak256("NODES");

    /// Bounds the loops over one provider's queue, the only ones here.
    uint256 public constant MAX_UNBONDS = 8;
    /// No delay may be longer, so that no parameter locks a stake for good.
    uint64 public constant MAX_DELAY = 90 days;

    enum SlashState {
        UNKNOWN,
        PROPOSED,
        APPEALED,
        EXECUTED,
        WITHDRAWN,
        OVERTURNED,
        LAPSED
    }

    struct Parameters {
        /// What a provider stakes at least, and for each node on top.
        uint128 minimumStake;
        uint128 stakePerNode;
        address treasury;
        uint64 unbondingDelay;
        /// How long a slash may be appealed against before it is carried out.
        uint64 appealWindow;
        /// How long the arbiter has; then the slash lapses.
        uint64 decisionWindow;
    }

    struct Provider {
        uint128 stake;
        uint64 registeredAt;
        uint32 nodes;
        bool whitelisted;
        bool blacklisted;
    }

    struct Unbond {
        uint128 amount;
        uint64 maturesAt;
    }

    struct Slash {
        address provider;
        /// The end of the appeal window, and after an appeal that of the decision window.
        uint64 deadline;
        SlashState state;
        address proposer;
        uint128 amount;
    }

    IERC20 private immutable _token;
    Parameters private _parameters;
    uint256 private _staked;
    uint256 private _unbonding;
    uint256 private _held;
    uint256 private _slashCount;
    EnumerableSet.AddressSet private _registered;
    mapping(address provider => Provider) private _providers;
    mapping(address provider => Unbond[]) private _queues;
    mapping(uint256 id => Slash) private _slashes;

    event ProviderRegistered(address indexed provider, uint256 stake);
    event ProviderDeregistered(address indexed provider);
    event StakeIncreased(address indexed provider, uint256 amount, uint256 stake);
    event StakeUnbonding(address indexed provider, uint256 amount, uint256 stake, uint64 maturesAt);
    event StakeWithdrawn(address indexed provider, uint256 amount);
    event ProviderWhitelisted(address indexed provider, address indexed by);
    event ProviderDelisted(address indexed provider, address indexed by, string reason);
    event ProviderBlacklisted(address indexed provider, address indexed by, string reason);
    event ProviderPardoned(address indexed provider, address indexed by, string reason);
    event ProviderNodesChanged(address indexed provider, uint32 nodes);
    event SlashProposed(
        uint256 indexed id,
        address indexed provider,
        address indexed proposer,
        uint256 amount,
        uint64 appealUntil,
        string reason
    );
    event SlashAppealed(uint256 indexed id, address indexed provider, uint64 decideUntil, string statement);
    event SlashExecuted(uint256 indexed id, address indexed provider, address indexed treasury, uint256 amount);
    /// The held amount is stake again, because the slash was WITHDRAWN, OVERTURNED or LAPSED.
    event SlashReturned(uint256 indexed id, address indexed provider, SlashState why, uint256 amount, string reason);
    event ProviderParametersChanged(Parameters parameters);

    error ProviderRegistry_AlreadyRegistered(address provider);
    error ProviderRegistry_NotRegistered(address provider);
    error ProviderRegistry_Blacklisted(address provider);
    error ProviderRegistry_NotBlacklisted(address provider);
    error ProviderRegistry_AlreadyWhitelisted(address provider);
    error ProviderRegistry_NotWhitelisted(address provider);
    error ProviderRegistry_ZeroAmount();
    error ProviderRegistry_StakeTooLow(uint256 stake, uint256 required);
    error ProviderRegistry_StakeExceeded(uint256 amount, uint256 stake);
    error ProviderRegistry_QueueFull(address provider, uint256 max);
    error ProviderRegistry_NothingMatured(address provider, uint64 nextAt);
    error ProviderRegistry_NodesRemain(address provider, uint32 nodes);
    error ProviderRegistry_NoNodes(address provider);
    error ProviderRegistry_NothingToSlash(address provider);
    error ProviderRegistry_WrongSlashState(uint256 id, SlashState state);
    error ProviderRegistry_NotSlashed(uint256 id, address account);
    error ProviderRegistry_NotProposer(uint256 id, address account);
    error ProviderRegistry_OwnProposal(uint256 id, address arbiter);
    error ProviderRegistry_TooEarly(uint256 id, uint64 deadline);
    error ProviderRegistry_TooLate(uint256 id, uint64 deadline);
    error ProviderRegistry_DelayTooLong(uint64 delay, uint64 max);
    error ProviderRegistry_ZeroTreasury();

    constructor(Governance memory governance, IERC20 token_, Parameters memory parameters_) Governed(governance) {
        _token = token_;
        _setParameters(parameters_);
    }

    // the provider's own

    function register(uint256 amount) external whenNotPaused {
        _register(amount);
    }

    function registerWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        whenNotPaused
    {
        _permit(amount, deadline, v, r, s);
        _register(amount);
    }

    function increaseStake(uint256 amount) external whenNotPaused {
        _increase(amount);
    }

    function increaseStakeWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        whenNotPaused
    {
        _permit(amount, deadline, v, r, s);
        _increase(amount);
    }

    /// Into the queue, where it can still be slashed until it matures. With nodes, what they need stays.
    function unbond(uint256 amount) external {
        Provider storage provider = _providers[msg.sender];
        if (amount == 0) revert ProviderRegistry_ZeroAmount();
        if (amount > provider.stake) revert ProviderRegistry_StakeExceeded(amount, provider.stake);
        uint256 rest = provider.stake - amount;
        uint256 required = provider.nodes == 0 ? 0 : _required(provider.nodes);
        if (rest < required) revert ProviderRegistry_StakeTooLow(rest, required);
        _unbond(msg.sender, amount);
    }

    /// Leaves, with all stake into the queue. What a slash in dispute gives back later can be unbonded then.
    function deregister() external {
        Provider storage provider = _known(msg.sender);
        if (provider.nodes != 0) revert ProviderRegistry_NodesRemain(msg.sender, provider.nodes);
        if (provider.stake != 0) _unbond(msg.sender, provider.stake);
        provider.registeredAt = 0;
        provider.whitelisted = false;
        _registered.remove(msg.sender);
        emit ProviderDeregistered(msg.sender);
    }

    /// Pays out all that has matured, whatever lies before or behind it in the queue.
    function withdraw() external returns (uint256 amount) {
        Unbond[] storage queue = _queues[msg.sender];
        uint256 kept;
        uint64 nextAt;
        uint256 length = queue.length;
        for (uint256 i; i < length; ++i) {
            Unbond memory entry = queue[i];
            if (entry.maturesAt <= block.timestamp) {
                amount += entry.amount;
            } else {
                if (nextAt == 0 || entry.maturesAt < nextAt) nextAt = entry.maturesAt;
                queue[kept++] = entry;
            }
        }
        if (amount == 0) revert ProviderRegistry_NothingMatured(msg.sender, nextAt);
        for (uint256 i = kept; i < length; ++i) {
            queue.pop();
        }
        _unbonding -= amount;
        emit StakeWithdrawn(msg.sender, amount);
        _token.safeTransfer(msg.sender, amount);
    }

    // operators

    function whitelist(address provider) external onlyRole(OPERATOR_ROLE) {
        Provider storage one = _known(provider);
        if (one.blacklisted) revert ProviderRegistry_Blacklisted(provider);
        if (one.whitelisted) revert ProviderRegistry_AlreadyWhitelisted(provider);
        one.whitelisted = true;
        emit ProviderWhitelisted(provider, msg.sender);
    }

    function delist(address provider, string calldata reason) external onlyRole(OPERATOR_ROLE) {
        Bounds.text(reason);
        if (!_providers[provider].whitelisted) revert ProviderRegistry_NotWhitelisted(provider);
        _providers[provider].whitelisted = false;
        emit ProviderDelisted(provider, msg.sender, reason);
    }

    /// All nodes of the provider are inactive from here on, by derivation. Also for one who is not registered, or no more.
    function blacklist(address provider, string calldata reason) external onlyRole(OPERATOR_ROLE) {
        Bounds.text(reason);
        Provider storage one = _providers[provider];
        if (one.blacklisted) revert ProviderRegistry_Blacklisted(provider);
        one.blacklisted = true;
        one.whitelisted = false;
        emit ProviderBlacklisted(provider, msg.sender, reason);
    }

    /// The one way out of the blacklist. Whitelisting is a step of its own.
    function pardon(address provider, string calldata reason) external onlyRole(OPERATOR_ROLE) {
        Bounds.text(reason);
        if (!_providers[provider].blacklisted) revert ProviderRegistry_NotBlacklisted(provider);
        _providers[provider].blacklisted = false;
        emit ProviderPardoned(provider, msg.sender, reason);
    }

    function setParameters(Parameters calldata parameters_) external onlyRole(PARAMETER_ROLE) {
        _setParameters(parameters_);
    }

    // nodes

    function addNode(address provider) external onlyRole(NODES_ROLE) {
        Provider storage one = _known(provider);
        if (one.blacklisted) revert ProviderRegistry_Blacklisted(provider);
        uint256 required = _required(one.nodes + 1);
        if (one.stake < required) revert ProviderRegistry_StakeTooLow(one.stake, required);
        emit ProviderNodesChanged(provider, ++one.nodes);
    }

    function removeNode(address provider) external onlyRole(NODES_ROLE) {
        Provider storage one = _providers[provider];
        if (one.nodes == 0) revert ProviderRegistry_NoNodes(provider);
        emit ProviderNodesChanged(provider, --one.nodes);
    }

    // slashing: proposed and held, appealed, decided

    /// Holds the amount, or what there is of it: stake first, then what is unbonding, newest first. Matured entries are their owner's.
    function proposeSlash(address provider, uint256 amount, string calldata reason)
        external
        onlyRole(SLASHER_ROLE)
        returns (uint256 id, uint256 held)
    {
        Bounds.text(reason);
        held = _hold(provider, amount);
        if (held == 0) revert ProviderRegistry_NothingToSlash(provider);
        id = ++_slashCount;
        uint64 appealUntil = uint64(block.timestamp) + _parameters.appealWindow;
        _slashes[id] = Slash(provider, appealUntil, SlashState.PROPOSED, msg.sender, held.toUint128());
        emit SlashProposed(id, provider, msg.sender, held, appealUntil, reason);
    }

    function appeal(uint256 id, string calldata statement) external {
        Bounds.text(statement);
        Slash storage slash = _slashes[id];
        if (slash.provider != msg.sender) revert ProviderRegistry_NotSlashed(id, msg.sender);
        _in(id, SlashState.PROPOSED);
        _before(id);
        uint64 decideUntil = uint64(block.timestamp) + _parameters.decisionWindow;
        slash.state = SlashState.APPEALED;
        slash.deadline = decideUntil;
        emit SlashAppealed(id, msg.sender, decideUntil, statement);
    }

    function decideAppeal(uint256 id, bool uphold, string calldata reason) external onlyRole(ARBITER_ROLE) {
        Bounds.text(reason);
        _in(id, SlashState.APPEALED);
        _before(id);
        if (_slashes[id].proposer == msg.sender) revert ProviderRegistry_OwnProposal(id, msg.sender);
        if (uphold) {
            _execute(id);
        } else {
            _return(id, SlashState.OVERTURNED, reason);
        }
    }

    function withdrawSlash(uint256 id, string calldata reason) external onlyRole(SLASHER_ROLE) {
        Bounds.text(reason);
        Slash storage slash = _slashes[id];
        if (slash.state != SlashState.APPEALED) _in(id, SlashState.PROPOSED);
        if (slash.proposer != msg.sender) revert ProviderRegistry_NotProposer(id, msg.sender);
        _return(id, SlashState.WITHDRAWN, reason);
    }

    /// Nobody appealed. Anyone may.
    function executeSlash(uint256 id) external {
        _in(id, SlashState.PROPOSED);
        _after(id);
        _execute(id);
    }

    /// Nobody decided the appeal in time. Anyone may.
    function lapseSlash(uint256 id) external {
        _in(id, SlashState.APPEALED);
        _after(id);
        _return(id, SlashState.LAPSED, "");
    }

    // views

    function standingOf(address provider) external view returns (Standing) {
        Provider storage one = _providers[provider];
        if (one.blacklisted) return Standing.BLACKLISTED;
        if (one.registeredAt == 0) return Standing.UNKNOWN;
        if (!one.whitelisted) return Standing.NOT_WHITELISTED;
        return one.stake < _required(one.nodes) ? Standing.UNDERSTAKED : Standing.GOOD;
    }

    function slashableOf(address provider) external view returns (uint256 amount) {
        amount = _providers[provider].stake;
        Unbond[] storage queue = _queues[provider];
        for (uint256 i; i < queue.length; ++i) {
            if (queue[i].maturesAt > block.timestamp) amount += queue[i].amount;
        }
    }

    function get(address provider) external view returns (Provider memory) {
        return _providers[provider];
    }

    /// At most MAX_UNBONDS entries.
    function unbondsOf(address provider) external view returns (Unbond[] memory) {
        return _queues[provider];
    }

    function requiredStake(uint32 nodes) external view returns (uint256) {
        return _required(nodes);
    }

    function count() external view returns (uint256) {
        return _registered.length();
    }

    function list(uint256 offset, uint256 limit) external view returns (address[] memory) {
        return Bounds.page(_registered, offset, limit);
    }

    /// Slashes are numbered from 1.
    function slashCount() external view returns (uint256) {
        return _slashCount;
    }

    function slashOf(uint256 id) external view returns (Slash memory) {
        return _slashes[id];
    }

    function parameters() external view returns (Parameters memory) {
        return _parameters;
    }

    function token() external view returns (IERC20) {
        return _token;
    }

    function totals() external view returns (uint256 staked, uint256 unbonding, uint256 held) {
        return (_staked, _unbonding, _held);
    }

    /// A permit that somebody else has sent already has done its work: only the allowance counts.
    function _permit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) private {
        try IERC20Permit(address(_token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
    }

    function _register(uint256 amount) private {
        Provider storage provider = _providers[msg.sender];
        if (provider.blacklisted) revert ProviderRegistry_Blacklisted(msg.sender);
        if (provider.registeredAt != 0) revert ProviderRegistry_AlreadyRegistered(msg.sender);
        uint256 stake = provider.stake + amount;
        if (stake < _parameters.minimumStake) {
            revert ProviderRegistry_StakeTooLow(stake, _parameters.minimumStake);
        }
        provider.stake = stake.toUint128();
        provider.registeredAt = uint64(block.timestamp);
        _staked += amount;
        _registered.add(msg.sender);
        emit ProviderRegistered(msg.sender, stake);
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    function _increase(uint256 amount) private {
        Provider storage provider = _known(msg.sender);
        if (amount == 0) revert ProviderRegistry_ZeroAmount();
        uint256 stake = provider.stake + amount;
        provider.stake = stake.toUint128();
        _staked += amount;
        emit StakeIncreased(msg.sender, amount, stake);
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    function _unbond(address account, uint256 amount) private {
        Unbond[] storage queue = _queues[account];
        if (queue.length == MAX_UNBONDS) revert ProviderRegistry_QueueFull(account, MAX_UNBONDS);
        Provider storage provider = _providers[account];
        uint64 maturesAt = uint64(block.timestamp) + _parameters.unbondingDelay;
        provider.stake -= amount.toUint128();
        _staked -= amount;
        _unbonding += amount;
        queue.push(Unbond(amount.toUint128(), maturesAt));
        emit StakeUnbonding(account, amount, provider.stake, maturesAt);
    }

    function _hold(address account, uint256 amount) private returns (uint256 held) {
        Provider storage provider = _providers[account];
        held = amount < provider.stake ? amount : provider.stake;
        provider.stake -= held.toUint128();
        _staked -= held;
        held += _holdUnbonding(_queues[account], amount - held);
        _held += held;
    }

    /// Entries are made smaller where they stand and go only when they are empty, so none can be passed over.
    function _holdUnbonding(Unbond[] storage queue, uint256 amount) private returns (uint256 held) {
        for (uint256 i = queue.length; i > 0 && held < amount; --i) {
            Unbond storage entry = queue[i - 1];
            if (entry.maturesAt <= block.timestamp) continue;
            uint256 taken = amount - held < entry.amount ? amount - held : entry.amount;
            held += taken;
            entry.amount -= taken.toUint128();
            if (entry.amount == 0) {
                for (uint256 j = i; j < queue.length; ++j) {
                    queue[j - 1] = queue[j];
                }
                queue.pop();
            }
        }
        _unbonding -= held;
    }

    function _execute(uint256 id) private {
        Slash storage slash = _slashes[id];
        slash.state = SlashState.EXECUTED;
        _held -= slash.amount;
        address treasury = _parameters.treasury;
        emit SlashExecuted(id, slash.provider, treasury, slash.amount);
        _token.safeTransfer(treasury, slash.amount);
    }

    function _return(uint256 id, SlashState why, string memory reason) private {
        Slash storage slash = _slashes[id];
        slash.state = why;
        _held -= slash.amount;
        _staked += slash.amount;
        _providers[slash.provider].stake += slash.amount;
        emit SlashReturned(id, slash.provider, why, slash.amount, reason);
    }

    function _known(address account) private view returns (Provider storage provider) {
        provider = _providers[account];
        if (provider.registeredAt == 0) revert ProviderRegistry_NotRegistered(account);
    }

    function _required(uint256 nodes) private view returns (uint256) {
        return _parameters.minimumStake + nodes * _parameters.stakePerNode;
    }

    function _in(uint256 id, SlashState state) private view {
        if (_slashes[id].state != state) revert ProviderRegistry_WrongSlashState(id, _slashes[id].state);
    }

    function _before(uint256 id) private view {
        if (block.timestamp >= _slashes[id].deadline) revert ProviderRegistry_TooLate(id, _slashes[id].deadline);
    }

    function _after(uint256 id) private view {
        if (block.timestamp < _slashes[id].deadline) revert ProviderRegistry_TooEarly(id, _slashes[id].deadline);
    }

    function _setParameters(Parameters memory parameters_) private {
        if (parameters_.treasury == address(0)) revert ProviderRegistry_ZeroTreasury();
        _short(parameters_.unbondingDelay);
        _short(parameters_.appealWindow);
        _short(parameters_.decisionWindow);
        _parameters = parameters_;
        emit ProviderParametersChanged(parameters_);
    }

    function _short(uint64 delay) private pure {
        if (delay > MAX_DELAY) revert ProviderRegistry_DelayTooLong(delay, MAX_DELAY);
    }
}
